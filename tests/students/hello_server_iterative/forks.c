/* Right: a process greets each client. */
#include "../students.h"

int main(int argc, char *argv[]) {
  char message[] = "Hello World!";
  int clnt_sock, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGCHLD, SIG_IGN);
  while (1) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) continue;
    if (fork() == 0) {
      close(serv_sock);
      write_all(clnt_sock, message, strlen(message));
      close(clnt_sock);
      return 0;
    }
    close(clnt_sock);
  }
}
