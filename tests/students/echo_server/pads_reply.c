/* Fault: sends the whole buffer back, however little has come: write(..., BUF_SIZE). */
#include "../students.h"

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  int clnt_sock, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  for (;;) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) continue;
    memset(message, 0, BUF_SIZE);
    while (read(clnt_sock, message, BUF_SIZE) > 0) {
      if (write_all(clnt_sock, message, BUF_SIZE) == -1) break;
      memset(message, 0, BUF_SIZE);
    }
    close(clnt_sock);
  }
}
