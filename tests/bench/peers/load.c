/* Load for an echo server on 127.0.0.1, one thread on epoll, every reply
 * compared. Prints one JSON object; a server that fails or lies ends it with 1.
 *
 *   load bulk     PORT SECONDS               one connection, as fast as it goes
 *   load pingpong PORT SECONDS BUSY QUIET    64 bytes there and back, on BUSY connections,
 *                                            beside QUIET ones that are only connected
 *   load paced    PORT SECONDS BUSY RATE     the same at RATE messages a second on all of them in
 *                                            turn; times count from when a message was due
 *   load connect  PORT SECONDS AT_ONCE       connect, one byte there and back, close
 *   load share    PORT BUSY LEAST            64 bytes there and back, on BUSY connections, until each
 *                                            had LEAST replies, or one ten times as many
 *   load many     PORT CONNECTIONS MESSAGES  all connect and send one message; says "quiet",
 *                                            waits for a line, sends all the others
 *   load hammer   PORT SECONDS HOW           connects and ends at once, again and again; HOW is
 *                                            close or reset
 */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* BULK: so large that the load is not what holds a server back. */
enum { MESSAGE = 64, MOST_EVENTS = 1024, BULK = 2 * 1024 * 1024 };

static const uint64_t WARM_NS = 300000000; /* not counted */
static int port;
static int poller;
static struct epoll_event events[MOST_EVENTS];

static void die(const char *what) {
    fprintf(stderr, "load: %s: %s\n", what, errno ? strerror(errno) : "wrong");
    exit(1);
}

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ull + t.tv_nsec;
}

/* Comes from one of many addresses, so that no port of ours is used up: each
 * closed connection keeps its pair of addresses for a minute. */
static int start_connect(void) {
    static unsigned turn;
    if (turn == 0) turn = getpid(); /* several of us run at a time */
    int sock = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    if (sock < 0) die("socket()");
    struct sockaddr_in from = {.sin_family = AF_INET};
    from.sin_addr.s_addr = htonl(0x7f000100 + 1 + turn++ % 250);
    setsockopt(sock, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (bind(sock, (struct sockaddr *)&from, sizeof from) < 0) die("bind()");
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(sock, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS)
        die("connect()");
    return sock;
}

static void wait_for(int sock, short what) {
    int one = epoll_create1(0);
    struct epoll_event event = {.events = what};
    epoll_ctl(one, EPOLL_CTL_ADD, sock, &event);
    if (epoll_wait(one, &event, 1, 20000) != 1) die("no connection in 20 s");
    close(one);
}

static int connected(void) {
    int sock = start_connect(), error = 0;
    socklen_t size = sizeof error;
    wait_for(sock, EPOLLOUT);
    getsockopt(sock, SOL_SOCKET, SO_ERROR, &error, &size);
    if ((errno = error)) die("connect()");
    return sock;
}

static void watch(int sock, void *data, uint32_t what) {
    struct epoll_event event = {.events = what, .data.ptr = data};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, sock, &event) < 0) die("epoll_ctl()");
}

/* Latencies: 64 steps to each power of two, so 1.6 % exact. */
static uint64_t histogram[64 * 64], recorded, worst_ns;

static void record(uint64_t ns) {
    int power = ns < 128 ? 0 : 57 - __builtin_clzll(ns);
    histogram[power * 64 + (ns >> power)]++;
    recorded++;
    if (ns > worst_ns) worst_ns = ns;
}

static double percentile_us(double share) {
    uint64_t rank = recorded * share, seen = 0;
    for (int i = 0; i < 64 * 64; i++)
        if ((seen += histogram[i]) > rank) {
            int power = i < 128 ? 0 : i / 64 - 1;
            return (double)((uint64_t)(i - power * 64) << power) / 1000;
        }
    return 0;
}

/* ---- bulk ---- */

static void bulk(double seconds) {
    static unsigned char out[2 * BULK], in[BULK];
    for (int i = 0; i < 2 * BULK; i++) out[i] = (i % BULK) * 2654435761u >> 24;
    int sock = connected();
    poller = epoll_create1(0);
    uint64_t sent = 0, came = 0, start = now_ns(), warm = start + WARM_NS, warm_came = 0;
    uint64_t end = warm + seconds * 1e9, t;
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT};
    epoll_ctl(poller, EPOLL_CTL_ADD, sock, &event);
    while ((t = now_ns()) < end) {
        if (warm_came == 0 && t >= warm) warm_came = came, warm = t;
        event.events = EPOLLIN | EPOLLOUT;
        if (epoll_wait(poller, &event, 1, 1000) < 1) die("bulk: nothing for a second");
        if (event.events & EPOLLIN) {
            ssize_t n = read(sock, in, BULK);
            if (n <= 0) die("read()");
            errno = 0;
            if (came + n > sent || memcmp(in, out + came % BULK, n) != 0) die("another byte came");
            came += n;
        }
        if (event.events & EPOLLOUT) {
            ssize_t n = write(sock, out + sent % BULK, BULK);
            if (n < 0) die("write()");
            sent += n;
        }
    }
    printf("{\"megabytesPerSecond\":%.1f}\n", (came - warm_came) * 1e3 / (t - warm));
}

/* ---- ping-pong ---- */

struct player {
    int sock;
    uint64_t number, messages; /* the one under way has this number */
    uint64_t counted;          /* of them while measured */
    uint64_t sent_ns;
    size_t came; /* bytes of the reply */
    uint64_t reply[MESSAGE / 8];
};

static void fill(uint64_t *message, const struct player *p) {
    message[0] = p->number;
    for (int i = 1; i < MESSAGE / 8; i++) message[i] = (p->messages + 1) * (31 + i);
}

static void send_message(struct player *p) {
    uint64_t message[MESSAGE / 8];
    fill(message, p);
    p->sent_ns = now_ns();
    p->came = 0;
    if (write(p->sock, message, MESSAGE) != MESSAGE) die("write()");
}

/* 1: the whole reply is there, and it is the right one. */
static int take_reply(struct player *p) {
    uint64_t message[MESSAGE / 8];
    ssize_t n = read(p->sock, (char *)p->reply + p->came, MESSAGE - p->came);
    if (n < 0 && errno == EAGAIN) return 0;
    if (n == 0) errno = 0;
    if (n <= 0) die("a connection ended early");
    if ((p->came += n) < MESSAGE) return 0;
    fill(message, p);
    errno = 0;
    if (memcmp(message, p->reply, MESSAGE) != 0) die("another message came");
    p->messages++;
    return 1;
}

static struct player *players(int count) {
    struct player *all = calloc(count, sizeof *all);
    if (all == NULL) die("calloc()");
    for (int i = 0; i < count; i++) {
        all[i].number = i;
        all[i].sock = connected();
        watch(all[i].sock, &all[i], EPOLLIN);
    }
    return all;
}

static void pingpong(double seconds, int busy, int quiet) {
    poller = epoll_create1(0);
    for (int i = 0; i < quiet; i++) connected();
    struct player *all = players(busy);
    uint64_t start = now_ns(), warm = start + WARM_NS, end = warm + seconds * 1e9, t;
    for (int i = 0; i < busy; i++) send_message(&all[i]);
    while ((t = now_ns()) < end) {
        int count = epoll_wait(poller, events, MOST_EVENTS, 10000);
        if (count < 1) die("pingpong: nothing for ten seconds");
        for (int i = 0; i < count; i++) {
            struct player *p = events[i].data.ptr;
            if (!take_reply(p)) continue;
            uint64_t came_ns = now_ns();
            if (came_ns >= warm) {
                p->counted++;
                record(came_ns - p->sent_ns);
            }
            send_message(p);
        }
    }
    /* Who waits at the end has waited too. */
    uint64_t least = -1, most = 0;
    for (int i = 0; i < busy; i++) {
        if (t - all[i].sent_ns > worst_ns) worst_ns = t - all[i].sent_ns;
        if (all[i].counted < least) least = all[i].counted;
        if (all[i].counted > most) most = all[i].counted;
    }
    printf("{\"messagesPerSecond\":%.0f,\"medianUs\":%.1f,\"p99Us\":%.1f,\"worstUs\":%.1f,"
           "\"least\":%lu,\"most\":%lu}\n",
           recorded * 1e9 / (t - warm), percentile_us(0.5), percentile_us(0.99), worst_ns / 1e3,
           least, most);
}

/* Open loop: never sleeps, so that nothing is sent late while there is CPU time. */
static void paced(double seconds, int busy, double rate) {
    poller = epoll_create1(0);
    struct player *all = players(busy);
    uint64_t *due = calloc(busy, sizeof *due); /* messages that a player may have sent by now */
    uint64_t start = now_ns(), warm = start + WARM_NS, end = warm + seconds * 1e9, t;
    uint64_t next = 0, counted = 0;
    for (int i = 0; i < busy; i++) all[i].came = MESSAGE; /* nothing under way */
    while ((t = now_ns()) < end) {
        for (; start + next / rate * 1e9 <= t; next++) {
            struct player *p = &all[next % busy];
            if (due[next % busy]++ == p->messages && p->came == MESSAGE) send_message(p);
        }
        int count = epoll_wait(poller, events, MOST_EVENTS, 0);
        for (int i = 0; i < count; i++) {
            struct player *p = events[i].data.ptr;
            int place = p - all;
            if (!take_reply(p)) continue;
            uint64_t came_ns = now_ns();
            uint64_t due_ns = start + ((p->messages - 1) * (uint64_t)busy + place) / rate * 1e9;
            if (came_ns >= warm) counted++;
            if (due_ns >= warm) record(came_ns - due_ns);
            if (due[place] > p->messages) send_message(p);
        }
    }
    printf("{\"messagesPerSecond\":%.0f,\"medianUs\":%.1f,\"p99Us\":%.1f,\"worstUs\":%.1f}\n",
           counted * 1e9 / (t - warm), percentile_us(0.5), percentile_us(0.99), worst_ns / 1e3);
}

static void share(int busy, uint64_t least) {
    poller = epoll_create1(0);
    struct player *all = players(busy);
    uint64_t most = 0;
    int complete = 0;
    for (int i = 0; i < busy; i++) send_message(&all[i]);
    while (complete < busy && most < 10 * least) {
        int count = epoll_wait(poller, events, MOST_EVENTS, 60000);
        if (count < 1) die("share: nothing for a minute");
        for (int i = 0; i < count; i++) {
            struct player *p = events[i].data.ptr;
            if (!take_reply(p)) continue;
            if (p->messages == least) complete++;
            if (p->messages > most) most = p->messages;
            send_message(p);
        }
    }
    for (int i = 0; i < busy; i++)
        if (all[i].messages < least) least = all[i].messages;
    printf("{\"least\":%lu,\"most\":%lu}\n", least, most);
}

static void many(int connections, int messages) {
    poller = epoll_create1(0);
    struct player *all = players(connections);
    uint64_t start = 0;
    for (int goal = 1, round = 0; round < 2; round++, goal = messages) {
        int complete = 0;
        if (round == 1) {
            printf("quiet\n");
            fflush(stdout);
            for (int c; (c = getchar()) != '\n' && c != EOF;);
            start = now_ns();
        }
        if (round == 1 && messages < 2) break;
        for (int i = 0; i < connections; i++) send_message(&all[i]);
        while (complete < connections) {
            int count = epoll_wait(poller, events, MOST_EVENTS, 10000);
            if (count < 1) die("many: nothing for ten seconds");
            for (int i = 0; i < count; i++) {
                struct player *p = events[i].data.ptr;
                if (!take_reply(p)) continue;
                if (p->messages == (uint64_t)goal) complete++;
                else send_message(p);
            }
        }
    }
    uint64_t replies = 0;
    for (int i = 0; i < connections; i++) replies += all[i].messages;
    printf("{\"replies\":%lu,\"seconds\":%.3f}\n", replies, (now_ns() - start) / 1e9);
}

/* ---- connect, one byte, close ---- */

static void come_and_go(double seconds, int at_once) {
    poller = epoll_create1(0);
    uint64_t start = now_ns(), warm = start + WARM_NS, end = warm + seconds * 1e9, t, done = 0;
    int *asked = calloc(at_once + 70000, sizeof *asked); /* by descriptor: was the byte sent? */
    for (int i = 0; i < at_once; i++) {
        int sock = start_connect();
        watch(sock, (void *)(intptr_t)sock, EPOLLIN | EPOLLOUT | EPOLLET);
    }
    while ((t = now_ns()) < end) {
        int count = epoll_wait(poller, events, MOST_EVENTS, 10000);
        if (count < 1) die("connect: nothing for ten seconds");
        for (int i = 0; i < count; i++) {
            int sock = (intptr_t)events[i].data.ptr;
            char byte = 'x';
            if (!asked[sock]) {
                if (!(events[i].events & EPOLLOUT)) continue;
                if (write(sock, &byte, 1) != 1) die("write()");
                asked[sock] = 1;
                continue;
            }
            ssize_t n = read(sock, &byte, 1);
            if (n < 0 && errno == EAGAIN) continue;
            errno = 0;
            if (n != 1 || byte != 'x') die("no byte, or another one, came");
            asked[sock] = 0;
            close(sock);
            if (now_ns() >= warm) done++;
            sock = start_connect();
            watch(sock, (void *)(intptr_t)sock, EPOLLIN | EPOLLOUT | EPOLLET);
        }
    }
    printf("{\"clientsPerSecond\":%.0f}\n", done * 1e9 / (t - warm));
}

/* ---- connect, and end at once ---- */

static void hammer(double seconds, int reset) {
    struct linger at_once = {.l_onoff = reset, .l_linger = 0}; /* close() then sends a reset */
    uint64_t start = now_ns(), end = start + seconds * 1e9, t, done = 0;
    for (; (t = now_ns()) < end; done++) {
        int sock = start_connect();
        struct pollfd connecting = {.fd = sock, .events = POLLOUT};
        /* Over loopback it is connected now. If not, the queue was full: others shall have a chance. */
        if (poll(&connecting, 1, 0) == 0) usleep(1000);
        setsockopt(sock, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close(sock);
    }
    printf("{\"clientsPerSecond\":%.0f}\n", done * 1e9 / (t - start));
}

int main(int argc, char *argv[]) {
    if (argc < 4) return 2;
    const char *mode = argv[1];
    port = atoi(argv[2]);
    if (strcmp(mode, "bulk") == 0) bulk(atof(argv[3]));
    else if (strcmp(mode, "pingpong") == 0 && argc == 6)
        pingpong(atof(argv[3]), atoi(argv[4]), atoi(argv[5]));
    else if (strcmp(mode, "paced") == 0 && argc == 6)
        paced(atof(argv[3]), atoi(argv[4]), atof(argv[5]));
    else if (strcmp(mode, "connect") == 0 && argc == 5) come_and_go(atof(argv[3]), atoi(argv[4]));
    else if (strcmp(mode, "share") == 0 && argc == 5) share(atoi(argv[3]), atoi(argv[4]));
    else if (strcmp(mode, "many") == 0 && argc == 5) many(atoi(argv[3]), atoi(argv[4]));
    else if (strcmp(mode, "hammer") == 0 && argc == 5)
        hammer(atof(argv[3]), strcmp(argv[4], "reset") == 0);
    else return 2;
    return 0;
}
