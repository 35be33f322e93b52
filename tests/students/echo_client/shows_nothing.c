// An echo client. Its one fault: it reads each reply and prints none.
#include "../client.h"

#define BUF_SIZE 1024

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  int sock = connect_to(argc, argv);

  while (1) {
    if (fgets(message, BUF_SIZE, stdin) == NULL || is_quit(message))
      break;
    size_t length = strlen(message);
    write_all(sock, message, length);
    read_exactly(sock, message, length);
  }
  close(sock);
  return 0;
}
