// A hello client. Its one fault: where no greeting comes it prints an empty one, and exits with 0.
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
    give_up("read() error!");
  message[length] = '\0';
  printf("Message from server: %s\n", message);
  close(sock);
  return 0;
}
