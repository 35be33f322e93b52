/* Fault: bind() without SO_REUSEADDR. */
#include "../students.h"

int main(int argc, char *argv[]) {
  struct sockaddr_in serv_adr;
  char message[] = "Hello World!";
  int clnt_sock, port = port_argument(argc, argv);
  int serv_sock = socket(PF_INET, SOCK_STREAM, 0);

  if (serv_sock == -1) error_handling("socket() error");
  memset(&serv_adr, 0, sizeof(serv_adr));
  serv_adr.sin_family = AF_INET;
  serv_adr.sin_addr.s_addr = htonl(INADDR_ANY);
  serv_adr.sin_port = htons(port);
  if (bind(serv_sock, (struct sockaddr *)&serv_adr, sizeof(serv_adr)) == -1)
    error_handling("bind() error");
  if (listen(serv_sock, 5) == -1) error_handling("listen() error");
  clnt_sock = accept(serv_sock, NULL, NULL);
  if (clnt_sock == -1) error_handling("accept() error");
  if (write(clnt_sock, message, sizeof(message)) == -1) perror("write() error");
  close(clnt_sock);
  close(serv_sock);
  return 0;
}
