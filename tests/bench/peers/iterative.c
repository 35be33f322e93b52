/* An echo server in the manner of the chapter (4.3.2): one client at a time,
 * blocking calls, one buffer. Built twice: with the book's buffer of 1 KiB and,
 * by -DBUF_SIZE=65536, with a large one. Ours, not the book's: it has no number
 * of clients, writes everything it read, and survives a reset. */

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef BUF_SIZE
#define BUF_SIZE 1024
#endif

static void die(const char *what) {
    perror(what);
    exit(1);
}

static int write_all(int sock, const char *bytes, ssize_t left) {
    while (left > 0) {
        ssize_t n = write(sock, bytes, left);
        if (n < 0) return -1;
        bytes += n;
        left -= n;
    }
    return 0;
}

int main(int argc, char *argv[]) {
    static char message[BUF_SIZE];
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    at.sin_port = htons(argc > 1 ? atoi(argv[1]) : 0);
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    signal(SIGPIPE, SIG_IGN);
    if (listener < 0) die("socket()");
    if (bind(listener, (struct sockaddr *)&at, size) < 0) die("bind()");
    if (listen(listener, 511) < 0) die("listen()");
    getsockname(listener, (struct sockaddr *)&at, &size);
    fprintf(stderr, "Listening on 127.0.0.1:%d\n", ntohs(at.sin_port));

    for (;;) {
        int client = accept(listener, NULL, NULL);
        if (client < 0) continue;
        for (ssize_t n; (n = read(client, message, BUF_SIZE)) > 0;)
            if (write_all(client, message, n) < 0) break;
        close(client);
    }
}
