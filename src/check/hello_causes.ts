/**
 * Why a hello_server, or its iterative form, does not greet or end as it should, and how to mend it.
 *
 * @module
 */

import { causeOf } from "./case.ts";

export const NO_GREETING = causeOf(
  "no-greeting",
  {
    en: "The server closes without a greeting: write() failed unseen, has a length of 0, or its " +
      "bytes lie in a buffer that nobody flushed.",
    zh:
      "服务器没有发送问候就关闭了：write() 失败而未检查、长度为 0，或者内容停在没有刷新（flush）的" +
      "缓冲区里。",
  },
  {
    c: 'if (write(clnt_sock, message, strlen(message)) == -1)\n    error_handling("write() error");',
    python: 'conn.sendall(b"Hello World!")',
    javascript: 'socket.end("Hello World!");',
    java: 'out.print("Hello World!"); out.flush();',
    go: 'conn.Write([]byte("Hello World!"))',
  },
);

export const WAITS_FOR_CLIENT = causeOf(
  "waits-for-client",
  {
    en:
      "The server says nothing to a client that connects. It speaks first (4.2.4): write() comes " +
      "right after accept(), with no read() before it.",
    zh:
      "客户端连接上来，服务器什么也不发。应由服务器先发送（4.2.4）：accept() 之后紧接着 write()，" +
      "中间没有 read()。",
  },
  {
    c: "clnt_sock = accept(serv_sock, NULL, NULL);\nwrite(clnt_sock, message, strlen(message));",
    python: 'conn, addr = server.accept()\nconn.sendall(b"Hello World!")',
    javascript: 'createServer((socket) => socket.end("Hello World!"))',
    java: 'out.print("Hello World!"); out.flush();',
    go: 'conn.Write([]byte("Hello World!"))',
  },
);

export const DOES_NOT_END = causeOf(
  "does-not-end",
  {
    en:
      "The program goes on after its client. hello_server serves one and ends (4.2.4); one that " +
      "goes on is exercise 7: check it as hello_server_iterative.",
    zh:
      "客户端离开后程序仍在运行。hello_server 服务一个客户端就结束（4.2.4）；继续运行的是习题 7，" +
      "请作为 hello_server_iterative 来检查。",
  },
  {
    c: "close(clnt_sock);\nclose(serv_sock);\nreturn 0;",
    python: "conn.close()\nserver.close()",
    javascript: 'socket.end("Hello World!");\nserver.close();',
    java: "socket.close();\nserver.close();",
    go: "conn.Close()\nlistener.Close()",
  },
);

export const EXIT_CODE = causeOf(
  "exit-code",
  {
    en: "The program did what it should and ends with another exit code than 0, which means a " +
      "failure to a shell or a script. main() is an int function and returns 0.",
    zh: "程序完成了任务，退出码却不是 0；对 shell 和脚本来说这表示失败。main() 的返回类型是 int，" +
      "应当返回 0。",
  },
  {
    c: "int main(int argc, char *argv[]) {   /* not void */\n    …\n    return 0;\n}",
    python: "sys.exit(0)",
    javascript: "process.exitCode = 0;",
    java: "System.exit(0);",
    go: "os.Exit(0)",
  },
);

export const WAITS_TO_CLOSE = causeOf(
  "waits-to-close",
  {
    en: "The greeting is there, but the server closes only after its client has: it calls read() " +
      "until then. A client that reads to the end of the stream waits, too: each waits for the other.",
    zh:
      "问候已经发出，但服务器要等客户端先关闭：在那之前一直在 read()。一直读到流结束的客户端也在等：" +
      "双方互相等待。",
  },
  {
    c: "write(clnt_sock, message, strlen(message));\nshutdown(clnt_sock, SHUT_WR);   /* or close(): the end of the stream */",
    python:
      'conn.sendall(b"Hello World!")\nconn.shutdown(socket.SHUT_WR)   # or close(): the end of the stream',
    javascript: 'socket.end("Hello World!");     // not in "end" of the client',
    java: "socket.shutdownOutput();        // or close(): the end of the stream",
    go: "conn.(*net.TCPConn).CloseWrite() // or Close(): the end of the stream",
  },
  {
    javascript: {
      en:
        "The greeting is there, but without socket.end() Node closes a connection only after the " +
        "client has. A client that reads to the end of the stream waits, too: each waits for the " +
        "other.",
      zh:
        "问候已经发出，但没有调用 socket.end()，Node 要等客户端先关闭才关闭连接。一直读到流结束的客户端" +
        "也在等：双方互相等待。",
    },
  },
);

export const WAITS_FOR_GONE = causeOf(
  "waits-for-gone",
  {
    en:
      "accept() may give a client that has gone already, or fail (ECONNABORTED). read() and write() " +
      "then fail, too (ECONNRESET, EPIPE), and will never do better: the program waits, or tries " +
      "again and again, where it should give this client up.",
    zh:
      "accept() 返回的客户端可能已经离开，accept() 也可能失败（ECONNABORTED）。这时 read() 和 write() " +
      "也会失败（ECONNRESET、EPIPE），再试也不会好转：程序却一直等待，或者不停重试，而没有放弃这个客户端。",
  },
  {
    c: 'if (write(clnt_sock, message, strlen(message)) == -1)\n    perror("write() error");   /* no second try */\nclose(clnt_sock);',
    python:
      'try:\n    conn.sendall(b"Hello World!")\nexcept OSError as error:  # no second try\n    print(error)\nconn.close()',
    javascript: 'socket.on("error", () => socket.destroy());   // no second try',
    java:
      "try { out.write(message); } catch (IOException e) { /* no second try */ }\nsocket.close();",
    go:
      "_, err = conn.Write(message)\nif err != nil { log.Print(err) } // no second try\nconn.Close()",
  },
);
