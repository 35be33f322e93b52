/* An echo server on epoll: one thread, non-blocking sockets, one buffer of
 * 64 KiB for all. What a socket does not take is kept for that client, and it
 * is not read again before it took that. The yardstick for many connections. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUF_SIZE = 64 * 1024, MOST_EVENTS = 1024 };

struct client {
    int sock;
    char *rest; /* not taken yet; NULL: nothing */
    size_t from, end;
};

static int poller;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void watch(struct client *client, int operation, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = client};
    if (epoll_ctl(poller, operation, client->sock, &event) < 0) die("epoll_ctl()");
}

static void drop(struct client *client) {
    close(client->sock);
    free(client->rest);
    free(client);
}

static void accept_all(int listener) {
    for (int sock; (sock = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
        struct client *client = calloc(1, sizeof *client);
        if (client == NULL) die("calloc()");
        client->sock = sock;
        watch(client, EPOLL_CTL_ADD, EPOLLIN);
    }
}

/* One read, one write. 0: the client is done for. */
static int echo(struct client *client) {
    static char buffer[BUF_SIZE];
    ssize_t n = read(client->sock, buffer, BUF_SIZE);
    if (n <= 0) return n < 0 && errno == EAGAIN;
    ssize_t taken = write(client->sock, buffer, n);
    if (taken < 0 && errno != EAGAIN) return 0;
    if (taken < 0) taken = 0;
    if (taken < n) {
        client->rest = malloc(n - taken);
        if (client->rest == NULL) die("malloc()");
        memcpy(client->rest, buffer + taken, n - taken);
        client->from = 0;
        client->end = n - taken;
        watch(client, EPOLL_CTL_MOD, EPOLLOUT);
    }
    return 1;
}

static int write_rest(struct client *client) {
    ssize_t taken = write(client->sock, client->rest + client->from, client->end - client->from);
    if (taken < 0) return errno == EAGAIN;
    client->from += taken;
    if (client->from == client->end) {
        free(client->rest);
        client->rest = NULL;
        watch(client, EPOLL_CTL_MOD, EPOLLIN);
    }
    return 1;
}

int main(int argc, char *argv[]) {
    static struct epoll_event events[MOST_EVENTS];
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    at.sin_port = htons(argc > 1 ? atoi(argv[1]) : 0);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

    signal(SIGPIPE, SIG_IGN);
    if (listener < 0) die("socket()");
    if (bind(listener, (struct sockaddr *)&at, size) < 0) die("bind()");
    if (listen(listener, 511) < 0) die("listen()");
    getsockname(listener, (struct sockaddr *)&at, &size);
    fprintf(stderr, "Listening on 127.0.0.1:%d\n", ntohs(at.sin_port));

    poller = epoll_create1(0);
    struct client door = {.sock = listener};
    watch(&door, EPOLL_CTL_ADD, EPOLLIN);
    for (;;) {
        int count = epoll_wait(poller, events, MOST_EVENTS, -1);
        for (int i = 0; i < count; i++) {
            struct client *client = events[i].data.ptr;
            if (client == &door) accept_all(listener);
            else if (!(client->rest != NULL ? write_rest(client) : echo(client))) drop(client);
        }
    }
}
