// A right echo client, the chapter's mended: it reads until as many bytes came as it had sent.
#include "../client.h"

#define BUF_SIZE 1024

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  int sock = connect_to(argc, argv);

  puts("Connected......");
  while (1) {
    fputs("Input message (Q to quit): ", stdout);
    if (fgets(message, BUF_SIZE, stdin) == NULL || is_quit(message))
      break;
    size_t length = strlen(message);
    write_all(sock, message, length);
    read_exactly(sock, message, length);
    printf("Message from server: %s", message);
  }
  close(sock);
  return 0;
}
