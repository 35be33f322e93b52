/* Right: knows one port, its own, and takes no notice of what stands behind its name. */
#include "../students.h"

#define PORT 19191

int main(void) {
  char message[BUF_SIZE];
  ssize_t str_len;
  int clnt_sock, serv_sock = listen_on(PORT);

  signal(SIGPIPE, SIG_IGN);
  for (;;) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) continue;
    while ((str_len = read(clnt_sock, message, BUF_SIZE)) > 0)
      if (write_all(clnt_sock, message, str_len) == -1) break;
    close(clnt_sock);
  }
}
