// An echo client. Its one fault: it reads a second time where bytes are missing, but no third time.
#include "../client.h"

#define BUF_SIZE 1024

int main(int argc, char *argv[]) {
  char message[BUF_SIZE], reply[BUF_SIZE];
  int sock = connect_to(argc, argv);

  puts("Connected.");
  while (1) {
    fputs("Message, or Q to quit: ", stdout);
    if (fgets(message, BUF_SIZE, stdin) == NULL || is_quit(message))
      break;
    ssize_t length = strlen(message);
    write_all(sock, message, length);
    ssize_t came = read(sock, reply, length);
    if (came <= 0)
      give_up("read() brought nothing");
    if (came < length) {
      ssize_t rest = read(sock, reply + came, length - came);
      if (rest <= 0)
        give_up("the rest of the reply did not come");
      came += rest;
    }
    printf("Server: %.*s", (int)came, reply);
  }
  close(sock);
  return 0;
}
