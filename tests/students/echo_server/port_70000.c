/* Fault: a port beyond 65535 is not refused: htons() makes another one of it. */
#include "../students.h"

int main(int argc, char *argv[]) {
  char message[BUF_SIZE], *end;
  ssize_t str_len;
  int clnt_sock, serv_sock, port;

  if (argc != 2) error_handling("Usage: port_70000 <port>");
  port = strtol(argv[1], &end, 10);
  if (port <= 0 || *end != '\0') error_handling("The port has to be a positive number");
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
