/* Right: all clients at once, with select(). */
#include <sys/select.h>

#include "../students.h"

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  int fd, highest, serv_sock = listen_on(port_argument(argc, argv));
  fd_set watched, ready;

  signal(SIGPIPE, SIG_IGN);
  FD_ZERO(&watched);
  FD_SET(serv_sock, &watched);
  highest = serv_sock;
  for (;;) {
    ready = watched;
    if (select(highest + 1, &ready, NULL, NULL, NULL) == -1) error_handling("select() error");
    for (fd = 0; fd <= highest; fd++) {
      if (!FD_ISSET(fd, &ready)) continue;
      if (fd == serv_sock) {
        int clnt_sock = accept(serv_sock, NULL, NULL);
        if (clnt_sock == -1) continue;
        FD_SET(clnt_sock, &watched);
        if (clnt_sock > highest) highest = clnt_sock;
      } else {
        ssize_t str_len = read(fd, message, BUF_SIZE);
        if (str_len > 0 && write_all(fd, message, str_len) == 0) continue;
        close(fd);
        FD_CLR(fd, &watched);
      }
    }
  }
}
