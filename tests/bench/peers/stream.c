/* Bulk data one way, over 127.0.0.1.
 *
 *   stream sink                  listens, says on which port, and reads what comes
 *   stream source PORT SECONDS   sends for so long, waits until all is read, and prints
 *                                {"megabytesPerSecond":…,"bytes":…}
 */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PIECE = 256 * 1024, LINE = 64 };

static char piece[PIECE];

static void die(const char *what) {
    perror(what);
    exit(1);
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void sink(void) {
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t length = sizeof at;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&at, length) || listen(listener, 511)) die("listen");
    if (getsockname(listener, (struct sockaddr *)&at, &length)) die("getsockname");
    printf("%d\n", ntohs(at.sin_port));
    fflush(stdout);
    for (;;) {
        int conn = accept(listener, NULL, NULL);
        if (conn < 0) die("accept");
        if (fork() != 0) {
            close(conn);
            continue;
        }
        while (read(conn, piece, PIECE) > 0)
            ;
        _exit(0);
    }
}

static void source(int port, double most) {
    for (int i = 0; i < PIECE; i++) piece[i] = i % LINE == LINE - 1 ? '\n' : 'a' + i % 26;
    struct sockaddr_in at = {.sin_family = AF_INET};
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int conn = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(conn, (struct sockaddr *)&at, sizeof at)) die("connect");
    double start = seconds();
    long long sent = 0;
    while (seconds() - start < most) {
        ssize_t n = write(conn, piece, PIECE);
        if (n < 0) die("write");
        sent += n;
    }
    shutdown(conn, SHUT_WR);
    if (read(conn, piece, 1) != 0) die("read"); /* the sink ends when it has all */
    double took = seconds() - start;
    printf("{\"megabytesPerSecond\":%.1f,\"bytes\":%lld}\n", sent / 1e6 / took, sent);
}

int main(int argc, char *argv[]) {
    signal(SIGCHLD, SIG_IGN);
    if (argc == 2 && strcmp(argv[1], "sink") == 0) sink();
    else if (argc == 4 && strcmp(argv[1], "source") == 0) source(atoi(argv[2]), atof(argv[3]));
    else return 2;
}
