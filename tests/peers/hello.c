/*
 * A greeting server in the manner of the chapter (4.2.4): prints its port,
 * accepts one client, writes "Hello World!" a byte at a time, ends.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void give_up(const char *what) {
  perror(what);
  exit(1);
}

int main(void) {
  const char *message = "Hello World!";
  struct sockaddr_in at = {.sin_family = AF_INET};
  socklen_t size = sizeof at;
  int listening, client, on = 1;

  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if ((listening = socket(PF_INET, SOCK_STREAM, 0)) == -1) give_up("socket");
  if (bind(listening, (struct sockaddr *)&at, size) == -1) give_up("bind");
  if (listen(listening, 5) == -1) give_up("listen");
  if (getsockname(listening, (struct sockaddr *)&at, &size) == -1) give_up("getsockname");
  printf("%d\n", ntohs(at.sin_port));
  fflush(stdout);
  if ((client = accept(listening, NULL, NULL)) == -1) give_up("accept");
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  for (; *message != '\0'; message++) {
    if (write(client, message, 1) != 1) give_up("write");
  }
  close(client);
  close(listening);
  return 0;
}
