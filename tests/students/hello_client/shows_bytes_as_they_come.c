// A right hello client that shows each byte when it comes, and no newline behind the last one.
#include "../client.h"

int main(int argc, char *argv[]) {
  char byte;
  int came = 0;
  ssize_t got;
  int sock = connect_to(argc, argv);

  setbuf(stdout, NULL);
  while ((got = read(sock, &byte, 1)) == 1) {
    putchar(byte);
    came++;
  }
  if (got == -1)
    give_up("connection lost");
  if (came == 0)
    give_up("nothing came");
  close(sock);
  return 0;
}
