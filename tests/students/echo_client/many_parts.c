// A right echo client with a buffer of 100 bytes: a long line is sent in many parts, each with a
// prompt and a reply of its own. It answers to other words than Q, too.
#include "../client.h"

#define BUF_SIZE 100

static int is_goodbye(const char *line) {
  return is_quit(line) || strcmp(line, "quit\n") == 0 || strcmp(line, "Bye\n") == 0;
}

int main(int argc, char *argv[]) {
  char part[BUF_SIZE];
  int sock = connect_to(argc, argv);

  while (1) {
    printf("You: ");
    if (fgets(part, sizeof(part), stdin) == NULL || is_goodbye(part))
      break;
    size_t length = strlen(part);
    write_all(sock, part, length);
    read_exactly(sock, part, length);
    printf("Server: %s", part);
  }
  puts("See you.");
  close(sock);
  return 0;
}
