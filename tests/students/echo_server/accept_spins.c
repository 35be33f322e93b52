/* Fault: asks for clients and for their bytes over and over, without waiting for either. */
#include <fcntl.h>

#include "../students.h"

#define MAX_CLIENTS 30

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  int i, clients[MAX_CLIENTS], count = 0, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  fcntl(serv_sock, F_SETFL, O_NONBLOCK);
  for (;;) {
    int clnt_sock = count < MAX_CLIENTS ? accept(serv_sock, NULL, NULL) : -1;
    if (clnt_sock != -1) clients[count++] = clnt_sock;
    for (i = 0; i < count; i++) {
      ssize_t str_len = recv(clients[i], message, BUF_SIZE, MSG_DONTWAIT);
      if (str_len == -1 && (errno == EAGAIN || errno == EWOULDBLOCK)) continue;
      if (str_len > 0 && write_all(clients[i], message, str_len) == 0) continue;
      close(clients[i]);
      clients[i] = clients[--count];
    }
  }
}
