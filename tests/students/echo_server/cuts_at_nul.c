/* Fault: takes what came for a string: strlen() ends at the first NUL. */
#include "../students.h"

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  ssize_t str_len;
  int clnt_sock, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  for (;;) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) continue;
    while ((str_len = read(clnt_sock, message, BUF_SIZE - 1)) > 0) {
      message[str_len] = 0;
      if (write_all(clnt_sock, message, strlen(message)) == -1) break;
    }
    close(clnt_sock);
  }
}
