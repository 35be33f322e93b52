/* Fault: four bytes are read for an edge-triggered event, which comes once for all of a line. */
#include <fcntl.h>
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
  for (;;) {
    count = epoll_wait(epoll, ready, 16, -1);
    for (i = 0; i < count; i++) {
      int fd = ready[i].data.fd;
      if (fd == serv_sock) {
        event.events = EPOLLIN | EPOLLET;
        event.data.fd = accept(serv_sock, NULL, NULL);
        if (event.data.fd == -1) continue;
        fcntl(event.data.fd, F_SETFL, O_NONBLOCK);
        epoll_ctl(epoll, EPOLL_CTL_ADD, event.data.fd, &event);
      } else {
        ssize_t str_len = read(fd, message, FEW);
        if (str_len > 0 && write_all(fd, message, str_len) == 0) continue;
        close(fd);
      }
    }
  }
}
