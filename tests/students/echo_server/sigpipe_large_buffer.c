/* Fault: SIGPIPE ends it. Its buffer is large: all that a client has left is one write(). */
#include "../students.h"

int main(int argc, char *argv[]) {
  static char message[64 * BUF_SIZE];
  ssize_t str_len;
  int clnt_sock, serv_sock = listen_on(port_argument(argc, argv));

  for (;;) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) continue;
    while ((str_len = read(clnt_sock, message, sizeof(message))) > 0)
      if (write_all(clnt_sock, message, str_len) == -1) break;
    close(clnt_sock);
  }
}
