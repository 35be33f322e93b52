/* Fault: what main() returns is the number of bytes written, and so no success. */
#include "../students.h"

int main(int argc, char *argv[]) {
  char message[] = "Hello World!";
  ssize_t str_len;
  int clnt_sock, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  clnt_sock = accept(serv_sock, NULL, NULL);
  if (clnt_sock == -1) error_handling("accept() error");
  str_len = write(clnt_sock, message, sizeof(message));
  if (str_len == -1) str_len = 1;
  close(clnt_sock);
  close(serv_sock);
  return str_len;
}
