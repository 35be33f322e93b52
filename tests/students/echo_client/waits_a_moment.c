// An echo client. Its one fault: a reply is complete for it when 20 ms passed without more bytes.
#include "../client.h"
#include <poll.h>

#define BUF_SIZE 1024

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  int sock = connect_to(argc, argv);
  struct pollfd more = {.fd = sock, .events = POLLIN};

  while (1) {
    printf("> ");
    if (fgets(message, BUF_SIZE, stdin) == NULL || is_quit(message))
      break;
    write_all(sock, message, strlen(message));
    size_t length = 0;
    do {
      ssize_t came = read(sock, message + length, BUF_SIZE - 1 - length);
      if (came <= 0)
        give_up("the connection is gone");
      length += came;
    } while (length < BUF_SIZE - 1 && poll(&more, 1, 20) > 0);
    message[length] = '\0';
    printf("Echo: %s", message);
  }
  close(sock);
  return 0;
}
