// What the C clients in the folders beside this file have in common: what they do right.
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static inline void give_up(const char *what) {
  fflush(stdout);
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static inline int connect_to(int argc, char *argv[]) {
  if (argc != 3) {
    fprintf(stderr, "Usage: %s <IP> <port>\n", argv[0]);
    exit(1);
  }
  signal(SIGPIPE, SIG_IGN); // a write() to a closed connection returns -1 instead of ending us
  struct sockaddr_in server = {.sin_family = AF_INET};
  server.sin_addr.s_addr = inet_addr(argv[1]);
  server.sin_port = htons(atoi(argv[2]));
  int sock = socket(PF_INET, SOCK_STREAM, 0);
  if (sock == -1)
    give_up("socket() failed");
  if (connect(sock, (struct sockaddr *)&server, sizeof(server)) == -1)
    give_up("connect() failed");
  return sock;
}

static inline int is_quit(const char *line) {
  return strcmp(line, "Q\n") == 0 || strcmp(line, "q\n") == 0;
}

static inline void write_all(int sock, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = write(sock, bytes, length);
    if (written == -1)
      give_up("write() failed");
    bytes += written;
    length -= written;
  }
}

static inline void read_exactly(int sock, char *bytes, size_t length) {
  while (length > 0) {
    ssize_t came = read(sock, bytes, length);
    if (came == -1)
      give_up("read() failed");
    if (came == 0)
      give_up("the server closed the connection before its reply was complete");
    bytes += came;
    length -= came;
  }
}
