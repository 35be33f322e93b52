/* Right: a process for each client. */
#include "../students.h"

static void serve(int clnt_sock) {
  char message[BUF_SIZE];
  ssize_t str_len;
  while ((str_len = read(clnt_sock, message, BUF_SIZE)) > 0)
    if (write_all(clnt_sock, message, str_len) == -1) break;
}

int main(int argc, char *argv[]) {
  int serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  signal(SIGCHLD, SIG_IGN); /* nobody waits for the children */
  for (;;) {
    int clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) continue;
    if (fork() == 0) {
      close(serv_sock);
      serve(clnt_sock);
      exit(0);
    }
    close(clnt_sock);
  }
}
