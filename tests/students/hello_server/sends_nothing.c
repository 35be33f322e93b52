/* Fault: the greeting is nowhere written into the buffer: strlen() of it is 0. */
#include "../students.h"

int main(int argc, char *argv[]) {
  char message[BUF_SIZE] = "";
  int clnt_sock, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  clnt_sock = accept(serv_sock, NULL, NULL);
  if (clnt_sock == -1) error_handling("accept() error");
  if (write(clnt_sock, message, strlen(message)) == -1) perror("write() error");
  close(clnt_sock);
  close(serv_sock);
  return 0;
}
