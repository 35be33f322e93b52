/* Right: one client after the other, as long as it runs. Everything written out, nothing shared. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUF_SIZE 1024

void error_handling(const char *message) {
  fputs(message, stderr);
  fputc('\n', stderr);
  exit(1);
}

int main(int argc, char *argv[]) {
  int serv_sock, clnt_sock, yes = 1;
  char message[BUF_SIZE], *end;
  long port;
  ssize_t str_len, sent, n;
  struct sockaddr_in serv_adr;

  if (argc != 2) {
    printf("Usage: %s <port>\n", argv[0]);
    exit(1);
  }
  port = strtol(argv[1], &end, 10);
  if (*argv[1] == '\0' || *end != '\0' || port < 1 || port > 65535) error_handling("Wrong port");
  signal(SIGPIPE, SIG_IGN);

  serv_sock = socket(PF_INET, SOCK_STREAM, 0);
  if (serv_sock == -1) error_handling("socket() error");
  setsockopt(serv_sock, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
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
    while ((str_len = read(clnt_sock, message, BUF_SIZE)) > 0) {
      for (sent = 0; sent < str_len; sent += n) {
        n = write(clnt_sock, message + sent, str_len - sent);
        if (n == -1) break;
      }
      if (sent < str_len) break;
    }
    close(clnt_sock);
  }
}
