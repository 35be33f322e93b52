/* Right: all clients at once, with epoll, four bytes a read(). It tells each event, and ends when epoll_wait() fails. */
#include <sys/epoll.h>

#include "../students.h"

#define FEW 4

int main(int argc, char *argv[]) {
  char message[FEW];
  struct epoll_event event, ready[16];
  int i, count, epoll, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  epoll = epoll_create1(0);
  event.events = EPOLLIN;
  event.data.fd = serv_sock;
  epoll_ctl(epoll, EPOLL_CTL_ADD, serv_sock, &event);
  while ((count = epoll_wait(epoll, ready, 16, -1)) != -1) {
    puts("epoll_wait() has returned");
    for (i = 0; i < count; i++) {
      int fd = ready[i].data.fd;
      if (fd == serv_sock) {
        event.data.fd = accept(serv_sock, NULL, NULL);
        if (event.data.fd != -1) epoll_ctl(epoll, EPOLL_CTL_ADD, event.data.fd, &event);
      } else {
        ssize_t str_len = read(fd, message, FEW);
        if (str_len > 0 && write_all(fd, message, str_len) == 0) continue;
        close(fd);
      }
    }
  }
  puts("epoll_wait() error");
  return 1;
}
