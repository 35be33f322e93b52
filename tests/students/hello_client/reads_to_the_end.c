// A right hello client, the chapter's mended: it reads until read() returns 0.
#include "../client.h"

#define BUF_SIZE 4096

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  size_t length = 0;
  ssize_t came;
  int sock = connect_to(argc, argv);

  while ((came = read(sock, message + length, BUF_SIZE - 1 - length)) > 0)
    length += came;
  if (came == -1)
    give_up("read() failed");
  if (length == 0)
    give_up("the server sent no greeting");
  message[length] = '\0'; // a NUL that the server sent ends the text before it
  printf("Message from server: %s \n", message);
  close(sock);
  return 0;
}
