/*
 * What most of the C servers here begin with, done right: the argument is checked, and the port can
 * be taken again at once. A program whose fault lies in this part has the part written out.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUF_SIZE 1024

static inline void error_handling(const char *message) {
  fputs(message, stderr);
  fputc('\n', stderr);
  exit(1);
}

/* The port that is the only argument; ends the program where there is none, or no number of one. */
static inline int port_argument(int argc, char *argv[]) {
  char *end;
  long port;
  if (argc != 2) {
    fprintf(stderr, "Usage: %s <port>\n", argv[0]);
    exit(1);
  }
  port = strtol(argv[1], &end, 10);
  if (end == argv[1] || *end != '\0' || port < 1 || port > 65535)
    error_handling("The port has to be a number from 1 to 65535");
  return port;
}

/* socket(), SO_REUSEADDR, bind(), listen(). */
static inline int listen_on(int port) {
  struct sockaddr_in address;
  int yes = 1, serv_sock = socket(PF_INET, SOCK_STREAM, 0);
  if (serv_sock == -1) error_handling("socket() error");
  setsockopt(serv_sock, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  memset(&address, 0, sizeof(address));
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  address.sin_port = htons(port);
  if (bind(serv_sock, (struct sockaddr *)&address, sizeof(address)) == -1)
    error_handling("bind() error");
  if (listen(serv_sock, 5) == -1) error_handling("listen() error");
  return serv_sock;
}

/* write() until all is written; -1 if the client is gone. */
static inline int write_all(int sock, const char *bytes, ssize_t left) {
  while (left > 0) {
    ssize_t written = write(sock, bytes, left);
    if (written == -1) return -1;
    bytes += written;
    left -= written;
  }
  return 0;
}
