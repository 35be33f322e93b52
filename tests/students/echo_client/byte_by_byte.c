// A right echo client that read()s a single byte at a time. Its prompts go to stderr, and it puts
// the server's address in front of each reply.
#include "../client.h"

int main(int argc, char *argv[]) {
  char *line = NULL, byte = '\0';
  size_t size = 0;
  int sock = connect_to(argc, argv);

  setbuf(stdout, NULL);
  while (1) {
    fputs("Q to quit> ", stderr);
    if (getline(&line, &size, stdin) == -1 || is_quit(line))
      break;
    write_all(sock, line, strlen(line));
    printf("[%s:%s] ", argv[1], argv[2]);
    do {
      read_exactly(sock, &byte, 1);
      putchar(byte);
    } while (byte != '\n');
  }
  free(line);
  close(sock);
  return 0;
}
