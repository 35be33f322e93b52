// An echo client. Its one fault: Q is looked for after it has been sent, so the server gets it, too.
#include "../client.h"

#define BUF_SIZE 1024

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  int sock = connect_to(argc, argv);

  printf("Connected. Q ends this program.\n");
  while (fgets(message, BUF_SIZE, stdin) != NULL) {
    size_t length = strlen(message);
    write_all(sock, message, length);
    if (is_quit(message))
      break;
    read_exactly(sock, message, length);
    printf("Echoed: %s", message);
  }
  close(sock);
  return 0;
}
