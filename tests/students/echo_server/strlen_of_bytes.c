/* Fault: strlen() of what came, behind which no NUL stands: it sends what was there before as well. */
#include "../students.h"

int main(int argc, char *argv[]) {
  static char message[BUF_SIZE + 1];
  int clnt_sock, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  for (;;) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) continue;
    memset(message, 0, sizeof(message));
    while (read(clnt_sock, message, BUF_SIZE) > 0)
      if (write_all(clnt_sock, message, strlen(message)) == -1) break;
    close(clnt_sock);
  }
}
