/* Fault: a client that resets after the greeting ends the server: read() is -1, and it exits. */
#include "../students.h"

int main(int argc, char *argv[]) {
  char greeting[] = "Hello World!\n", message[BUF_SIZE];
  ssize_t str_len;
  int clnt_sock, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  for (;;) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) continue;
    if (write_all(clnt_sock, greeting, strlen(greeting)) == 0) {
      /* Says that it has finished, and waits until the client has, too. */
      shutdown(clnt_sock, SHUT_WR);
      while ((str_len = read(clnt_sock, message, BUF_SIZE)) > 0) continue;
      if (str_len == -1) error_handling("read() error");
    }
    close(clnt_sock);
  }
}
