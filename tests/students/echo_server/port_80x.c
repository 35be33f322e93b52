/* Fault: a number with something behind it is taken for a port. */
#include "../students.h"

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  ssize_t str_len;
  int clnt_sock, serv_sock, port;

  if (argc != 2 || sscanf(argv[1], "%d", &port) != 1 || port < 1 || port > 65535)
    error_handling("Give me a port, from 1 to 65535");
  serv_sock = listen_on(port);
  signal(SIGPIPE, SIG_IGN);
  for (;;) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) continue;
    while ((str_len = read(clnt_sock, message, BUF_SIZE)) > 0)
      if (write_all(clnt_sock, message, str_len) == -1) break;
    close(clnt_sock);
  }
}
