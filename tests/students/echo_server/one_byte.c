/* Right: asks recv() for one byte at a time, and sends each back by itself. */
#include "../students.h"

int main(int argc, char *argv[]) {
  int clnt_sock, serv_sock = listen_on(port_argument(argc, argv));
  char byte;

  signal(SIGPIPE, SIG_IGN);
  while (1) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) continue;
    while (recv(clnt_sock, &byte, 1, 0) == 1)
      if (send(clnt_sock, &byte, 1, 0) != 1) break;
    close(clnt_sock);
  }
}
