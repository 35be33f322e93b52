// An echo client. Its one fault: where nobody listens it ends without a word.
#include "../client.h"

#define BUF_SIZE 1024

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  struct sockaddr_in server = {.sin_family = AF_INET};

  if (argc != 3) {
    printf("Usage: %s <IP> <port>\n", argv[0]);
    exit(1);
  }
  int sock = socket(PF_INET, SOCK_STREAM, 0);
  server.sin_addr.s_addr = inet_addr(argv[1]);
  server.sin_port = htons(atoi(argv[2]));
  if (connect(sock, (struct sockaddr *)&server, sizeof(server)) == -1)
    exit(1);

  while (1) {
    fputs("Input message (Q to quit): ", stdout);
    if (fgets(message, BUF_SIZE, stdin) == NULL || is_quit(message))
      break;
    size_t length = strlen(message);
    write_all(sock, message, length);
    read_exactly(sock, message, length);
    printf("The server answers: %s", message);
  }
  close(sock);
  return 0;
}
