/* Fault: accept() that never waits, in a loop that never rests. */
#include <fcntl.h>

#include "../students.h"

int main(int argc, char *argv[]) {
  char message[] = "Hello World!";
  int clnt_sock, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  fcntl(serv_sock, F_SETFL, fcntl(serv_sock, F_GETFL) | O_NONBLOCK);
  while (1) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) continue;
    write_all(clnt_sock, message, sizeof(message));
    close(clnt_sock);
  }
}
