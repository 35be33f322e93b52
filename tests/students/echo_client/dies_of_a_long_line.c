// An echo client. Its one fault: a line that is longer than its buffer for replies ends it by abort().
#include "../client.h"
#include <assert.h>

#define BUF_SIZE 4096

int main(int argc, char *argv[]) {
  char message[BUF_SIZE], reply[1024];
  int sock = connect_to(argc, argv);

  while (1) {
    fputs("Input message (Q to quit): ", stdout);
    if (fgets(message, BUF_SIZE, stdin) == NULL || is_quit(message))
      break;
    size_t length = strlen(message);
    write_all(sock, message, length);
    assert(length < sizeof(reply));
    read_exactly(sock, reply, length);
    reply[length] = '\0';
    printf("Message from server: %s", reply);
  }
  close(sock);
  return 0;
}
