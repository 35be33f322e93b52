// An echo client. Its one fault: of a reply it reads what its smaller buffer holds, and no more.
#include "../client.h"

#define BUF_SIZE 8192
#define REPLY_SIZE 1024

int main(int argc, char *argv[]) {
  char message[BUF_SIZE], reply[REPLY_SIZE];
  int sock = connect_to(argc, argv);

  puts("Connected......");
  while (1) {
    fputs("Your line (Q to quit): ", stdout);
    if (fgets(message, BUF_SIZE, stdin) == NULL || is_quit(message))
      break;
    size_t length = strlen(message);
    write_all(sock, message, length);
    if (length > REPLY_SIZE)
      length = REPLY_SIZE;
    read_exactly(sock, reply, length);
    printf("Message from server: %.*s", (int)length, reply);
  }
  close(sock);
  return 0;
}
