// An echo client like the chapter's. Its one fault: what one read() brings is taken for the reply.
#include "../client.h"

#define BUF_SIZE 1024

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  int sock = connect_to(argc, argv);

  puts("Connected to the server");
  while (1) {
    fputs("Type a message (Q to quit): ", stdout);
    if (fgets(message, BUF_SIZE, stdin) == NULL || is_quit(message))
      break;
    write_all(sock, message, strlen(message));
    ssize_t length = read(sock, message, BUF_SIZE - 1);
    if (length <= 0)
      give_up("no reply came");
    message[length] = '\0';
    printf("Reply from server: %s", message);
  }
  close(sock);
  return 0;
}
