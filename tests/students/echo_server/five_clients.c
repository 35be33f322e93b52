/* Right: five clients in turn, then it ends, as in the book. What it prints comes at its end. */
#include "../students.h"

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  ssize_t str_len;
  int i, clnt_sock, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  for (i = 0; i < 5; i++) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) error_handling("accept() error");
    printf("Connected client %d\n", i + 1);
    while ((str_len = read(clnt_sock, message, BUF_SIZE)) > 0)
      if (write_all(clnt_sock, message, str_len) == -1) break;
    close(clnt_sock);
  }
  close(serv_sock);
  return 0;
}
