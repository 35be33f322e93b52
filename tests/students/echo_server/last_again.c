/* Fault: the last line is sent twice: feof() is asked before getline() has met the end. */
#define _GNU_SOURCE
#include "../students.h"

int main(int argc, char *argv[]) {
  char *message = NULL;
  size_t room = 0, length = 0;
  int serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  for (;;) {
    int clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) continue;
    FILE *in = fdopen(clnt_sock, "r"), *out = fdopen(dup(clnt_sock), "w");
    while (!feof(in) && !ferror(in) && !ferror(out)) {
      ssize_t str_len = getline(&message, &room, in);
      if (str_len > 0) length = str_len;
      fwrite(message, 1, length, out);
      fflush(out);
    }
    fclose(in);
    fclose(out);
  }
}
