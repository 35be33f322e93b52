/* Fault: atoi() takes any port, even `abc`. */
#include "../students.h"

int main(int argc, char *argv[]) {
  char message[] = "Hello World!";
  int serv_sock, clnt_sock;

  if (argc != 2) {
    printf("Usage: %s <port>\n", argv[0]);
    exit(1);
  }
  serv_sock = listen_on(atoi(argv[1]));
  clnt_sock = accept(serv_sock, NULL, NULL);
  if (clnt_sock == -1) error_handling("accept() error");
  if (write(clnt_sock, message, sizeof(message)) == -1) perror("write() error");
  close(clnt_sock);
  close(serv_sock);
  return 0;
}
