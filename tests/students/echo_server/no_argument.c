/* Fault: does not look whether there is an argument, and crashes without one. */
#include "../students.h"

int main(int argc, char *argv[]) {
  char message[BUF_SIZE], *end;
  ssize_t str_len;
  int clnt_sock, serv_sock;
  long port = strtol(argv[1], &end, 10);

  if (end == argv[1] || *end != '\0' || port < 1 || port > 65535) error_handling("Wrong port");
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
