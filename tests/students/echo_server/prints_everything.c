/* Right: prints all that comes, byte by byte, on stdout. */
#include "../students.h"

int main(int argc, char *argv[]) {
  int serv_sock = listen_on(port_argument(argc, argv));
  unsigned char message[BUF_SIZE];
  ssize_t str_len, i;

  signal(SIGPIPE, SIG_IGN);
  setvbuf(stdout, NULL, _IOLBF, 0);
  puts("Waiting for a client...");
  for (;;) {
    int clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) continue;
    puts("Client!");
    while ((str_len = read(clnt_sock, message, sizeof(message))) > 0) {
      for (i = 0; i < str_len; i++) {
        if (message[i] >= ' ' && message[i] < 127) putchar(message[i]);
        else printf("<%02x>", message[i]);
      }
      putchar('\n');
      if (write_all(clnt_sock, (char *)message, str_len) == -1) break;
    }
    puts("Bye.");
    close(clnt_sock);
  }
}
