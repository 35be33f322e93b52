/* Fault: SIGPIPE ends it at the second write(), if the client had gone before accept(). */
#include "../students.h"

int main(int argc, char *argv[]) {
  char hello[] = "Hello ", world[] = "World!\n";
  int clnt_sock, serv_sock = listen_on(port_argument(argc, argv));

  for (;;) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) continue;
    if (write(clnt_sock, hello, strlen(hello)) == -1) perror("write() error");
    if (write(clnt_sock, world, strlen(world)) == -1) perror("write() error");
    close(clnt_sock);
  }
}
