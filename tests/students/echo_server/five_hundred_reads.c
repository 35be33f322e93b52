/* Fault: reads no more than 500 times for one client: enough for a talk, not for a megabyte. */
#include "../students.h"

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  int i, clnt_sock, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  for (;;) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) continue;
    for (i = 0; i < 500; i++) {
      ssize_t str_len = read(clnt_sock, message, BUF_SIZE);
      if (str_len <= 0 || write_all(clnt_sock, message, str_len) == -1) break;
    }
    close(clnt_sock);
  }
}
