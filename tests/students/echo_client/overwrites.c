// An echo client. Its one fault: it counts the bytes of a reply, but each read() writes over those before it.
#include "../client.h"

#define BUF_SIZE 1024

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  int sock = connect_to(argc, argv);

  while (1) {
    ssize_t n;
    size_t length, got = 0;
    if (fgets(message, BUF_SIZE, stdin) == NULL || is_quit(message))
      break;
    length = strlen(message);
    write_all(sock, message, length);
    while (got < length) {
      n = read(sock, message, BUF_SIZE - 1);
      if (n <= 0)
        give_up("the server has gone before all of its reply came");
      message[n] = 0;
      got += n;
    }
    printf("Message from server: %s", message);
  }
  close(sock);
  return 0;
}
