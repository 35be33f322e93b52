// An echo client. Its one fault: write() is given the size of the buffer, not the length of the line.
#include "../client.h"

#define BUF_SIZE 1024

int main(int argc, char *argv[]) {
  char message[BUF_SIZE] = "";
  int sock = connect_to(argc, argv);

  while (1) {
    if (fgets(message, BUF_SIZE, stdin) == NULL || is_quit(message))
      break;
    write_all(sock, message, BUF_SIZE);
    ssize_t n = read(sock, message, BUF_SIZE - 1);
    if (n <= 0)
      give_up("the server has gone before all of its reply came");
    message[n] = 0;
    printf("Message from server: %s", message);
  }
  close(sock);
  return 0;
}
