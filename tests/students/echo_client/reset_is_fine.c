// An echo client. Its one fault: after a reset it exits with 0.
#include "../client.h"

#define BUF_SIZE 1024

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  int sock = connect_to(argc, argv);

  puts("Connected");
  while (1) {
    fputs("Input message (Q to quit): ", stdout);
    if (fgets(message, BUF_SIZE, stdin) == NULL || is_quit(message))
      break;
    ssize_t length = strlen(message), got = 0;
    if (write(sock, message, length) != length) {
      puts("The connection is over.");
      return 0;
    }
    while (got < length) {
      ssize_t came = read(sock, message + got, length - got);
      if (came == -1) {
        puts("The connection is over.");
        return 0;
      }
      if (came == 0)
        give_up("The server closed the connection.");
      got += came;
    }
    printf("Server: %s", message);
  }
  close(sock);
  return 0;
}
