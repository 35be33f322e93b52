// A hello client. Its one fault: it reads the greeting and does not print it.
#include "../client.h"

int main(int argc, char *argv[]) {
  char message[1024];
  size_t length = 0;
  ssize_t came;
  int sock = connect_to(argc, argv);

  while ((came = read(sock, message, sizeof(message))) > 0)
    length += came;
  if (came == -1)
    give_up("read() error!");
  if (length == 0)
    give_up("no message came");
  printf("The message has arrived.\n");
  close(sock);
  return 0;
}
