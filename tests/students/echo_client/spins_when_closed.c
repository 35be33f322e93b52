// An echo client. Its one fault: a read() of 0 bytes, the end of the stream, does not end its loop.
#include "../client.h"

#define BUF_SIZE 1024

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  int sock = connect_to(argc, argv);

  puts("Connected!");
  while (1) {
    fputs("Input a message (Q to quit): ", stdout);
    if (fgets(message, BUF_SIZE, stdin) == NULL || is_quit(message))
      break;
    size_t length = strlen(message), got = 0;
    write_all(sock, message, length);
    while (got < length) {
      ssize_t came = read(sock, message + got, length - got);
      if (came == -1)
        give_up("read() error");
      got += came;
    }
    printf("From server: %s", message);
  }
  close(sock);
  return 0;
}
