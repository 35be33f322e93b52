/* Right: greets one client after the other, as long as it runs. */
#include "../students.h"

int main(int argc, char *argv[]) {
  char message[] = "Hello World!";
  int clnt_sock, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  for (;;) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) continue;
    puts("New client connected...");
    if (write(clnt_sock, message, sizeof(message)) == -1) perror("write() error");
    close(clnt_sock);
  }
}
