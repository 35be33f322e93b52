/* Fault: it takes for granted that a client sends something: abort() where the first read() gives 0. */
#include "../students.h"

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  ssize_t str_len;
  int clnt_sock, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  for (;;) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) continue;
    str_len = read(clnt_sock, message, BUF_SIZE);
    if (str_len == 0) abort();
    while (str_len > 0 && write_all(clnt_sock, message, str_len) == 0)
      str_len = read(clnt_sock, message, BUF_SIZE);
    close(clnt_sock);
  }
}
