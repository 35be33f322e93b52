// A hello client. Its one fault: read() returns 0 at the end of the stream, and it reads on, for ever.
#include "../client.h"

int main(int argc, char *argv[]) {
  char part[1024];
  int sock = connect_to(argc, argv);

  printf("Message from server: ");
  while (1) {
    ssize_t came = read(sock, part, sizeof(part));
    if (came == -1)
      give_up("read() error!");
    fwrite(part, 1, came, stdout);
    fflush(stdout);
  }
}
