// A hello client like the chapter's. Its one fault: it read()s once.
#include "../client.h"

int main(int argc, char *argv[]) {
  char message[4096];
  int sock = connect_to(argc, argv);

  ssize_t length = read(sock, message, sizeof(message) - 1);
  if (length == -1)
    give_up("read() failed");
  if (length == 0)
    give_up("the server sent nothing");
  message[length] = '\0';
  printf("Message from server: %s\n", message);
  close(sock);
  return 0;
}
