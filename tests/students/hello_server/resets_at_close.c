/* Fault: SO_LINGER of 0: the greeting is followed by a reset instead of the end of the stream. */
#include "../students.h"

int main(int argc, char *argv[]) {
  struct linger at_once = {.l_onoff = 1, .l_linger = 0};
  char message[] = "Hello World!";
  int clnt_sock, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  clnt_sock = accept(serv_sock, NULL, NULL);
  if (clnt_sock == -1) error_handling("accept() error");
  setsockopt(clnt_sock, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  if (write(clnt_sock, message, sizeof(message)) == -1) perror("write() error");
  close(clnt_sock);
  close(serv_sock);
  return 0;
}
