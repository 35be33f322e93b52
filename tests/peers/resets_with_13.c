/* A hello_server that resets its client, and whose main() returns the length of the greeting. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char *argv[]) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  struct linger at_once = {.l_onoff = 1, .l_linger = 0};
  char message[] = "Hello World!";
  int clnt_sock, serv_sock = socket(PF_INET, SOCK_STREAM, 0);

  address.sin_port = htons(argc == 2 ? atoi(argv[1]) : 0);
  if (bind(serv_sock, (struct sockaddr *)&address, sizeof(address)) == -1) return 1;
  if (listen(serv_sock, 5) == -1) return 1;
  clnt_sock = accept(serv_sock, NULL, NULL);
  setsockopt(clnt_sock, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  if (write(clnt_sock, message, sizeof(message)) == -1) return 1;
  close(clnt_sock);
  return sizeof(message);
}
