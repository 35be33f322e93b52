// A right echo client that shows what it sent beside what came, numbered. All of it is written when
// it ends: its stdout has a buffer of 1 MiB.
#include "../client.h"

#define BUF_SIZE 4096

int main(int argc, char *argv[]) {
  char message[BUF_SIZE], reply[BUF_SIZE];
  int sock = connect_to(argc, argv), number = 0;

  setvbuf(stdout, NULL, _IOFBF, 1 << 20);
  while (fgets(message, BUF_SIZE, stdin) != NULL && !is_quit(message)) {
    size_t length = strlen(message);
    write_all(sock, message, length);
    read_exactly(sock, reply, length);
    number++;
    printf("%d. sent  %s%d. came  %.*s", number, message, number, (int)length, reply);
  }
  close(sock);
  return 0;
}
