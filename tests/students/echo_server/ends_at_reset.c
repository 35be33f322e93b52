/* Fault: a client that resets ends the whole server: read() is -1, and error_handling() exits. */
#include "../students.h"

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  ssize_t str_len;
  int clnt_sock, small = 4096, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  /* A small send buffer: who leaves much unread is met in write(), which is checked. */
  setsockopt(serv_sock, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
  for (;;) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) continue;
    while ((str_len = read(clnt_sock, message, BUF_SIZE)) != 0) {
      if (str_len == -1) error_handling("read() error");
      if (write_all(clnt_sock, message, str_len) == -1) break;
    }
    close(clnt_sock);
  }
}
