// An echo client. Its one fault: a server that closes instead of answering is a reason to exit with 0.
#include "../client.h"

#define BUF_SIZE 1024

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  int sock = connect_to(argc, argv);

  while (1) {
    fputs("Message (Q to quit): ", stdout);
    if (fgets(message, BUF_SIZE, stdin) == NULL || is_quit(message))
      break;
    size_t length = strlen(message), got = 0;
    write_all(sock, message, length);
    while (got < length) {
      ssize_t came = read(sock, message + got, length - got);
      if (came == 0 && got == 0) {
        puts("The server has nothing more to say.");
        return 0;
      }
      if (came <= 0)
        give_up("read() error");
      got += came;
    }
    printf("Message from server: %s", message);
  }
  close(sock);
  return 0;
}
