// An echo client that reads to the newline. Its one fault: what came behind it is thrown away.
#include "../client.h"

#define BUF_SIZE 8192

int main(int argc, char *argv[]) {
  char message[BUF_SIZE], reply[BUF_SIZE];
  int sock = connect_to(argc, argv);

  while (1) {
    fputs("Say something (Q to quit): ", stdout);
    if (fgets(message, BUF_SIZE, stdin) == NULL || is_quit(message))
      break;
    write_all(sock, message, strlen(message));
    size_t length = 0;
    char *newline = NULL;
    while (newline == NULL) {
      if (length == BUF_SIZE)
        give_up("the reply is too long");
      ssize_t came = read(sock, reply + length, BUF_SIZE - length);
      if (came <= 0)
        give_up("the server went away");
      length += came;
      newline = memchr(reply, '\n', length);
    }
    printf("Server says: %.*s\n", (int)(newline - reply), reply);
  }
  close(sock);
  return 0;
}
