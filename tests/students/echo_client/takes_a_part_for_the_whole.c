// An echo client. Its one fault: a reply that the server's close cuts short is shown, and it exits with 0.
#include "../client.h"

#define BUF_SIZE 1024

int main(int argc, char *argv[]) {
  char message[BUF_SIZE], reply[BUF_SIZE];
  int sock = connect_to(argc, argv), is_open = 1;

  while (is_open) {
    fputs("Line (Q to quit): ", stdout);
    if (fgets(message, BUF_SIZE, stdin) == NULL || is_quit(message))
      break;
    size_t length = strlen(message), got = 0;
    write_all(sock, message, length);
    while (got < length && is_open) {
      ssize_t came = read(sock, reply + got, length - got);
      if (came == -1 || (came == 0 && got == 0))
        give_up("no reply");
      is_open = came > 0;
      got += came;
    }
    printf("Reply: %.*s", (int)got, reply);
  }
  close(sock);
  return 0;
}
