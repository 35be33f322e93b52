/* Right: five kilobytes of greeting, more than one read() of a client takes. */
#include "../students.h"

int main(int argc, char *argv[]) {
  char message[5000];
  int i;
  int clnt_sock, serv_sock = listen_on(port_argument(argc, argv));

  signal(SIGPIPE, SIG_IGN);
  clnt_sock = accept(serv_sock, NULL, NULL);
  if (clnt_sock == -1) error_handling("accept() error");
  for (i = 0; i < (int)sizeof(message); i++) message[i] = i % 50 == 49 ? '\n' : 'a' + i % 26;
  write_all(clnt_sock, message, sizeof(message));
  close(clnt_sock);
  close(serv_sock);
  return 0;
}
