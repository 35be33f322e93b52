/* Right: greets five clients and ends, as the echo server of the book does. */
#include "../students.h"

int main(int argc, char *argv[]) {
  char message[] = "Hello World!\n";
  int i, clnt_sock, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  for (i = 0; i < 5; i++) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) error_handling("accept() error");
    if (write(clnt_sock, message, strlen(message)) == -1) perror("write() error");
    close(clnt_sock);
  }
  close(serv_sock);
  return 0;
}
