/* Fault: no SO_REUSEADDR. It tries bind() again and again, in silence, for as long as it fails. */
#include "../students.h"

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  ssize_t str_len;
  struct sockaddr_in address;
  int port = port_argument(argc, argv);
  int clnt_sock, serv_sock = socket(PF_INET, SOCK_STREAM, 0);
  if (serv_sock == -1) error_handling("socket() error");

  signal(SIGPIPE, SIG_IGN);
  memset(&address, 0, sizeof(address));
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  address.sin_port = htons(port);
  while (bind(serv_sock, (struct sockaddr *)&address, sizeof(address)) == -1) sleep(1);
  if (listen(serv_sock, 5) == -1) error_handling("listen() error");

  for (;;) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) continue;
    while ((str_len = read(clnt_sock, message, BUF_SIZE)) > 0)
      if (write_all(clnt_sock, message, str_len) == -1) break;
    close(clnt_sock);
  }
}
