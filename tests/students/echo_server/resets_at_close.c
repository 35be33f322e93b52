/* Fault: SO_LINGER of 0 "against TIME_WAIT": close() resets instead of ending the stream. */
#include "../students.h"

int main(int argc, char *argv[]) {
  struct linger at_once = {.l_onoff = 1, .l_linger = 0};
  char message[BUF_SIZE];
  ssize_t str_len;
  int clnt_sock, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  for (;;) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) continue;
    setsockopt(clnt_sock, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    while ((str_len = read(clnt_sock, message, BUF_SIZE)) > 0)
      if (write_all(clnt_sock, message, str_len) == -1) break;
    close(clnt_sock);
  }
}
