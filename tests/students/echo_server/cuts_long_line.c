/* Fault: what a line has beyond 1024 bytes is thrown away. */
#include "../students.h"

/* One line, with its newline; its length, 0 at the end of the stream. */
static int read_line(FILE *from, char *line, int size) {
  int c, length = 0;
  while ((c = getc(from)) != EOF) {
    if (length < size - 1 || (length < size && c == '\n')) line[length++] = c;
    if (c == '\n') break;
  }
  return length;
}

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  int str_len, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  for (;;) {
    int clnt_sock = accept(serv_sock, NULL, NULL);
    FILE *from = clnt_sock == -1 ? NULL : fdopen(clnt_sock, "r");
    if (from == NULL) continue;
    while ((str_len = read_line(from, message, BUF_SIZE)) > 0)
      if (write_all(clnt_sock, message, str_len) == -1) break;
    fclose(from);
  }
}
