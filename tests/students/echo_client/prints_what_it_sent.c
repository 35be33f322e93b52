// An echo client. Its one fault: it prints the message it sent, and not the reply it has read.
#include "../client.h"

#define BUF_SIZE 1024

int main(int argc, char *argv[]) {
  char message[BUF_SIZE], reply[BUF_SIZE];
  int sock = connect_to(argc, argv);

  puts("Connected......");
  while (1) {
    fputs("Input message (Q to quit): ", stdout);
    if (fgets(message, BUF_SIZE, stdin) == NULL || is_quit(message))
      break;
    write_all(sock, message, strlen(message));
    read_exactly(sock, reply, strlen(message));
    printf("Message from server: %s", message);
  }
  close(sock);
  return 0;
}
