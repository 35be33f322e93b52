/* Fault: closes the wrong socket as well after the first client, so no second one is served. */
#include "../students.h"

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  ssize_t str_len;
  int i, clnt_sock, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  for (i = 0; i < 5; i++) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) error_handling("accept() error");
    while ((str_len = read(clnt_sock, message, BUF_SIZE)) > 0)
      if (write_all(clnt_sock, message, str_len) == -1) break;
    close(clnt_sock);
    close(serv_sock);
  }
  return 0;
}
