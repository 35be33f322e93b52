/* Fault: SIGPIPE ends it. Serves five clients otherwise, as in the book. */
#include "../students.h"

int main(int argc, char *argv[]) {
  char message[BUF_SIZE];
  int i, str_len, clnt_sock, serv_sock = listen_on(port_argument(argc, argv));

  for (i = 0; i < 5; i++) {
    clnt_sock = accept(serv_sock, NULL, NULL);
    if (clnt_sock == -1) error_handling("accept() error");
    printf("Connected client %d\n", i + 1);
    while ((str_len = read(clnt_sock, message, BUF_SIZE)) > 0) {
      int sent = 0;
      while (sent < str_len) {
        int n = write(clnt_sock, message + sent, str_len - sent);
        sent += n > 0 ? n : str_len; /* an error: on with what comes next */
      }
    }
    close(clnt_sock);
  }
  close(serv_sock);
  return 0;
}
