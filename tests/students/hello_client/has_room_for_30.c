// A hello client. Its one fault: it reads to the end of the stream, or until its 30 bytes are full.
#include "../client.h"

#define BUF_SIZE 30

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  size_t length = 0;
  int sock = connect_to(argc, argv);

  while (length < BUF_SIZE - 1) {
    ssize_t came = read(sock, message + length, BUF_SIZE - 1 - length);
    if (came == -1)
      give_up("read() error!");
    if (came == 0)
      break;
    length += came;
  }
  if (length == 0)
    give_up("no message came");
  message[length] = '\0';
  printf("Message from server: %s \n", message);
  close(sock);
  return 0;
}
