/* Fault: keeps the connection open after the greeting until the client leaves. */
#include "../students.h"

int main(int argc, char *argv[]) {
  char message[] = "Hello World!";
  int clnt_sock, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  clnt_sock = accept(serv_sock, NULL, NULL);
  if (clnt_sock == -1) error_handling("accept() error");
  if (write(clnt_sock, message, sizeof(message)) == -1) perror("write() error");
  while (read(clnt_sock, message, sizeof(message)) > 0) continue;
  close(clnt_sock);
  close(serv_sock);
  return 0;
}
