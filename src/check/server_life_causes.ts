/**
 * Why a server does not live as long as it should, or not as it should, and how to mend it.
 *
 * @module
 */

import { causeOf } from "./server_causes.ts";

export const SERVES_ONE = causeOf(
  "serves-one",
  {
    en:
      "The program ends with its first client: accept() stands there once, not in a loop, or the " +
      "listening socket is closed with the client's. Close the one that accept() returned.",
    zh:
      "第一个客户端离开，程序就结束了：accept() 只调用了一次，没有放在循环里；或者连监听套接字也" +
      "一起关闭了。应当关闭的是 accept() 返回的那个套接字。",
  },
  {
    c: "for (;;) {\n    clnt_sock = accept(serv_sock, NULL, NULL);\n    /* serve it */\n" +
      "    close(clnt_sock);     /* serv_sock stays open */\n}",
    python: "while True:\n    conn, addr = server.accept()\n    with conn: serve(conn)",
    javascript: 'socket.on("end", () => socket.end());   // not server.close(), not process.exit()',
    java: "while (true) { try (Socket s = server.accept()) { serve(s); } }",
    go: "for { conn, err := listener.Accept(); if err != nil { continue }; serve(conn) }",
  },
);

export const STUCK = causeOf(
  "stuck",
  {
    en: "The server still runs, but takes no other client: it has not come back to accept(). " +
      "It waits for something of the client that has gone, or accept() stands outside the loop.",
    zh: "服务器还在运行，却不再受理别的客户端：它没有回到 accept()。它还在等已经离开的客户端，" +
      "或者 accept() 不在循环里。",
  },
  {
    c: "for (;;) {\n    clnt_sock = accept(serv_sock, NULL, NULL);\n" +
      "    while ((n = read(clnt_sock, buf, sizeof buf)) > 0) write(clnt_sock, buf, n);\n" +
      "    close(clnt_sock);\n}",
    python: "while True:\n    conn, addr = server.accept()\n    with conn: serve(conn)",
    java: "while (true) { try (Socket s = server.accept()) { serve(s); } }",
    go: "for { conn, err := listener.Accept(); if err != nil { continue }; serve(conn) }",
  },
);

export const END_IGNORED = causeOf(
  "end-ignored",
  {
    en: "The end of the stream is not seen: read() returns 0 at once, again and again, and the " +
      "loop goes on for ever. 0 is the end, -1 an error: both end the loop.",
    zh:
      "没有处理流的结束：此时 read() 立即返回 0，一次又一次，循环永不结束，空耗 CPU。返回 0 是结束，" +
      "返回 -1 是出错，都要退出循环。",
  },
  {
    c: "while ((n = read(sock, buf, sizeof buf)) > 0)   /* > 0: neither end nor error */\n" +
      "    write(sock, buf, n);\nclose(sock);",
    python: "data = conn.recv(1024)\nif not data: break        # b'' is the end of the stream",
    javascript: "const n = await conn.read(buffer);\nif (n === null) break;",
    java: "if (line == null) break;  // read() returns -1, readLine() null at the end",
    go: "if err != nil { break }   // io.EOF is the end",
  },
  {
    python: {
      en:
        "The end of the stream is not seen: recv() returns b'' at once, again and again, and the " +
        "loop goes on for ever.",
      zh: "没有处理流的结束：此时 recv() 立即返回 b''，一次又一次，循环永不结束，空耗 CPU。",
    },
    java: {
      en: "The end of the stream is not seen: read() returns -1 (readLine() null) at once, again " +
        "and again, and the loop goes on for ever.",
      zh:
        "没有处理流的结束：此时 read() 立即返回 -1（readLine() 返回 null），一次又一次，循环永不" +
        "结束，空耗 CPU。",
    },
  },
);

export const NEVER_CLOSES = causeOf(
  "never-closes",
  {
    en:
      "The connection is not closed: the end of the stream (FIN) goes out when the last descriptor " +
      "of the socket is closed. close() is missing, or a parent process keeps its copy after fork().",
    zh:
      "连接没有关闭：要等指向该套接字的最后一个描述符关闭，才会发出流的结束（FIN）。缺少 close()，" +
      "或者 fork() 之后父进程还留着自己的那一份。",
  },
  {
    c: "close(clnt_sock);         /* behind the loop; after fork() in the parent as well */",
    python: "conn.close()              # or: with conn: …",
    javascript: "socket.end();",
    java: "socket.close();           // or try (Socket s = server.accept()) { … }",
    go: "defer conn.Close()",
  },
);

export const RESET_AT_CLOSE = causeOf(
  "reset-at-close",
  {
    en: "The connection is reset (RST) where it should end (FIN): SO_LINGER with a time of 0, or " +
      "close() while bytes of the client are unread. What is still under way is lost by it.",
    zh:
      "连接本该正常结束（FIN），却被复位（RST）：设置了时间为 0 的 SO_LINGER，或者还有未读的字节就 " +
      "close() 了。途中的数据会因此丢失。",
  },
  {
    c: "shutdown(sock, SHUT_WR);\nwhile (read(sock, buf, sizeof buf) > 0) ;   /* until the client closes too */\n" +
      "close(sock);              /* and no SO_LINGER of 0 */",
    python: "conn.shutdown(socket.SHUT_WR)   # and no SO_LINGER of 0\nconn.close()",
    javascript: "socket.end();             // not resetAndDestroy()",
    java: "socket.shutdownOutput(); socket.close();   // and no setSoLinger(true, 0)",
    go: "conn.Close()              // and no SetLinger(0)",
  },
);

export const SIGPIPE = causeOf(
  "sigpipe",
  {
    en: "write() to a connection that the other side has closed raises SIGPIPE, whose default is " +
      "to end the program. Ignored, write() returns -1 with EPIPE instead.",
    zh:
      "向对方已经关闭的连接调用 write()，进程会收到信号 SIGPIPE，默认动作是终止程序。忽略该信号后，" +
      "write() 改为返回 -1，errno 为 EPIPE。",
  },
  {
    c: "signal(SIGPIPE, SIG_IGN);                  /* at the beginning of main() */\n" +
      "if (write(clnt_sock, buf, n) == -1) break; /* this client is gone: the next one */",
    python: "signal.signal(signal.SIGPIPE, signal.SIG_IGN)   # Python's own default",
  },
);

export const CLIENT_ERROR = causeOf(
  "client-error",
  {
    en:
      "An error of one client ends the whole server. When a client has gone, read() and write() " +
      "give -1 (ECONNRESET, EPIPE): that is the end of this client, no reason for exit().",
    zh:
      "一个客户端出错，整个服务器就结束了。客户端断开后，read() 和 write() 会返回 -1（ECONNRESET、" +
      "EPIPE）：这只是该客户端的结束，不该 exit()。",
  },
  {
    c: "while ((n = read(clnt_sock, buf, sizeof buf)) > 0)\n" +
      "    if (write(clnt_sock, buf, n) == -1) break;\nclose(clnt_sock);         /* and on to the next accept() */",
    python:
      "try:\n    serve(conn)\nexcept OSError:           # ConnectionResetError, BrokenPipeError\n    pass",
    javascript: 'socket.on("error", () => socket.destroy());   // without a listener it is thrown',
    java: "try { serve(socket); } catch (IOException e) { /* this client is gone */ }",
    go: "if err != nil { return }  // from this client's function; no log.Fatal",
  },
  {
    python: {
      en: "An exception of one client ends the whole server: recv() and sendall() raise " +
        "ConnectionResetError or BrokenPipeError when a client has gone, and nobody catches it.",
      zh: "一个客户端的异常结束了整个服务器：客户端断开后，recv() 和 sendall() 会抛出 " +
        "ConnectionResetError 或 BrokenPipeError，却没有人捕获。",
    },
    javascript: {
      en: 'An "error" event of one client ends the whole server: ECONNRESET or EPIPE of a socket ' +
        "without a listener for it is thrown, and nobody catches it.",
      zh:
        '一个客户端的 "error" 事件结束了整个服务器：套接字没有该事件的监听函数时，ECONNRESET 或 ' +
        "EPIPE 会被抛出，却没有人捕获。",
    },
    java: {
      en: "An IOException of one client (connection reset, broken pipe) leaves the loop around " +
        "accept() and ends the whole server.",
      zh: "一个客户端的 IOException（connection reset、broken pipe）跳出了 accept() 外面的循环，" +
        "结束了整个服务器。",
    },
  },
);

export const NO_REUSEADDR = causeOf(
  "no-reuseaddr",
  {
    en:
      "bind() fails with EADDRINUSE: the side that closes first keeps its port in TIME_WAIT, for a " +
      "minute on Linux. A server says before bind() that it takes the port all the same.",
    zh: "bind() 以 EADDRINUSE 失败：先关闭的一方会让端口停留在 TIME_WAIT 状态（Linux 下一分钟）。" +
      "服务器应在 bind() 之前声明仍要使用该端口。",
  },
  {
    c: "int yes = 1;\nsetsockopt(serv_sock, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);   /* before bind() */",
    python: "server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)   # before bind()\n" +
      "# socketserver: allow_reuse_address = True",
    java:
      "server = new ServerSocket(); server.setReuseAddress(true);\nserver.bind(new InetSocketAddress(port));",
  },
);

export const TAKES_ANY_PORT = causeOf(
  "takes-any-port",
  {
    en:
      "The argument is not checked: atoi() cannot tell an error (abc is 0, and bind() then takes " +
      "any free port; 80x is 80), and htons() keeps 16 bits only: 70000 becomes 4464.",
    zh:
      "没有检查参数：atoi() 无法报告错误（abc 得 0，bind() 于是随便取一个空闲端口；80x 得 80），" +
      "htons() 只保留 16 位：70000 变成 4464。",
  },
  {
    c: "long port = strtol(argv[1], &end, 10);\n" +
      'if (end == argv[1] || *end != 0 || port < 1 || port > 65535) error_handling("wrong port");',
    python:
      "port = int(sys.argv[1])   # raises ValueError\nif not 0 < port < 65536: sys.exit('wrong port')",
    javascript: "if (!/^[0-9]{1,5}$/.test(text) || Number(text) > 65535) process.exit(2);\n" +
      "server.listen(Number(text));",
    java:
      "int port = Integer.parseInt(args[0]);   // throws\nif (port < 1 || port > 65535) System.exit(2);",
    go: "port, err := strconv.ParseUint(os.Args[1], 10, 16)",
  },
  {
    javascript: {
      en:
        'The argument is not checked: parseInt("80x") is 80, and listen("abc"), with a text that ' +
        "is no number, makes a Unix socket of that name in the folder (a file that may now lie there).",
      zh:
        '没有检查参数：parseInt("80x") 得 80；而 listen("abc") 遇到不是数字的文本，会在目录里建立同名的 ' +
        "Unix 套接字（那里可能因此留下一个文件）。",
    },
    python: {
      en:
        "The argument is not checked: what is no port has to end the program with a word about it.",
      zh: "没有检查参数：参数不是端口时，程序应当说明并结束。",
    },
    java: {
      en:
        "The argument is not checked: what is no port has to end the program with a word about it.",
      zh: "没有检查参数：参数不是端口时，程序应当说明并结束。",
    },
  },
);

export const NO_ARGUMENT = causeOf(
  "no-argument",
  {
    en:
      "argv[1] is used without a look at argc: without an argument it is NULL, and atoi(NULL) is " +
      "a segmentation fault.",
    zh: "没有检查 argc 就使用 argv[1]：没有参数时它是 NULL，atoi(NULL) 会引发段错误（SIGSEGV）。",
  },
  {
    c: 'if (argc != 2) {\n    fprintf(stderr, "Usage: %s <port>\\n", argv[0]);\n    exit(1);\n}',
  },
);

export const BUSY_WAIT = causeOf(
  "busy-wait",
  {
    en: "The program asks over and over instead of waiting (a non-blocking accept() or read(), " +
      "select() with a time of 0, a loop around an error) and burns a whole CPU by it.",
    zh:
      "程序不是等待，而是不停地询问（非阻塞的 accept() 或 read()、超时为 0 的 select()、出错后又立刻" +
      "重试的循环），白白占满一个 CPU。",
  },
  {
    c: "select(max + 1, &readable, NULL, NULL, NULL);   /* NULL: waits until there is something */",
    python: "sock.setblocking(True)    # or selectors: sel.select() without a timeout",
    javascript: 'await once(socket, "data");   // events, no setImmediate() loop',
    java: "selector.select();        // not selectNow()",
    go: "select { case v := <-ch: … }   // without default:",
  },
);

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
    c: 'if (write(clnt_sock, message, strlen(message)) == -1) error_handling("write() error");',
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
