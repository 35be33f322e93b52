/* Right: the NUL behind the greeting is sent as well: sizeof counts it. */
#include "../students.h"

int main(int argc, char *argv[]) {
  char message[] = "Hello World!";
  int clnt_sock, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  clnt_sock = accept(serv_sock, NULL, NULL);
  if (clnt_sock == -1) error_handling("accept() error");
  if (write(clnt_sock, message, sizeof(message)) == -1) fputs("The client has gone\n", stderr);
  close(clnt_sock);
  close(serv_sock);
  return 0;
}
