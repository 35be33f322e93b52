/* Fault: bind() without SO_REUSEADDR. */
#include "../students.h"

int main(int argc, char *argv[]) {
  struct sockaddr_in serv_adr;
  char message[BUF_SIZE];
  ssize_t str_len;
  int clnt_sock, port = port_argument(argc, argv);
  int serv_sock = socket(PF_INET, SOCK_STREAM, 0);

  signal(SIGPIPE, SIG_IGN);
  if (serv_sock == -1) error_handling("socket() error");
  memset(&serv_adr, 0, sizeof(serv_adr));
  serv_adr.sin_family = AF_INET;
  serv_adr.sin_addr.s_addr = htonl(INADDR_ANY);
  serv_adr.sin_port = htons(port);
  if (bind(serv_sock, (struct sockaddr *)&serv_adr, sizeof(serv_adr)) == -1)
    error_handling("bind() error");
  if (listen(serv_sock, 5) == -1) error_handling("listen() error");
  for (;;) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) continue;
    while ((str_len = read(clnt_sock, message, BUF_SIZE)) > 0)
      if (write_all(clnt_sock, message, str_len) == -1) break;
    close(clnt_sock);
  }
}
