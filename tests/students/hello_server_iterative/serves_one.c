/* Fault: not iterative at all: the hello_server of the chapter as it was. */
#include "../students.h"

int main(int argc, char *argv[]) {
  char message[] = "Hello World!";
  int clnt_sock, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  clnt_sock = accept(serv_sock, NULL, NULL);
  if (clnt_sock == -1) error_handling("accept() error");
  if (write(clnt_sock, message, sizeof(message)) == -1) perror("write() error");
  close(clnt_sock);
  close(serv_sock);
  return 0;
}
