/**
 * Why a server does not live as long as it should, or not as it should, and how to mend it.
 *
 * @module
 */

import type { Text } from "../draw/figure.ts";
import { causeOf } from "./case.ts";

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
    javascript: '// no server.close(), no process.exit()\nsocket.on("end", () => socket.end());',
    java: "while (true) { try (Socket s = server.accept()) { serve(s); } }",
    go: "for {\n    conn, err := listener.Accept()\n    if err == nil { serve(conn) }\n}",
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
      "    while ((n = read(clnt_sock, buf, sizeof buf)) > 0)\n        write(clnt_sock, buf, n);\n" +
      "    close(clnt_sock);\n}",
    python: "while True:\n    conn, addr = server.accept()\n    with conn: serve(conn)",
    java: "while (true) { try (Socket s = server.accept()) { serve(s); } }",
    go: "for {\n    conn, err := listener.Accept()\n    if err == nil { serve(conn) }\n}",
    javascript:
      "for await (const conn of listener) {\n    serve(conn);          // not await serve(conn)\n}",
  },
  {
    javascript: {
      en:
        "The server still runs, but serves no other client: an await for the client that has gone " +
        "never ends, or a loop keeps the only thread busy.",
      zh:
        "服务器还在运行，却不再服务别的客户端：等待已离开客户端的 await 永不结束，或者一个循环一直" +
        "占着唯一的线程。",
    },
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
    c: "while ((n = read(sock, buf, sizeof buf)) > 0)   /* 0: end, -1: error */\n" +
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

export const LAST_AGAIN = causeOf(
  "last-again",
  {
    en:
      "What came last is sent twice: at the end of the stream nothing new is read, and the buffer " +
      "still holds it. feof() is true only after a read has met the end: what fgets() or read() " +
      "returns is to be looked at before anything is sent.",
    zh: "最后的内容发送了两次：到流的结束时没有读到新的内容，缓冲区里还是上一次的。" +
      "读取碰到结束之后 feof() 才为真：发送之前应当先检查 fgets() 或 read() 的返回值。",
  },
  {
    c: "while (fgets(buf, sizeof buf, in) != NULL)   /* no feof() */\n" +
      "    fputs(buf, out), fflush(out);",
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
    c: "close(clnt_sock);     /* behind the loop; after fork() the parent, too */",
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
    c: "shutdown(sock, SHUT_WR);\nwhile (read(sock, buf, sizeof buf) > 0) ;   /* until the client closes */\n" +
      "close(sock);              /* and no SO_LINGER of 0 */",
    python:
      "conn.shutdown(socket.SHUT_WR)\nwhile conn.recv(1024): pass   # until the client closes\n" +
      "conn.close()                  # and no SO_LINGER of 0",
    javascript: "socket.end();             // not resetAndDestroy()",
    java: "socket.shutdownOutput();\nwhile (in.read() != -1) ;     // until the client closes\n" +
      "socket.close();               // and no setSoLinger(true, 0)",
    go: "conn.(*net.TCPConn).CloseWrite()\nio.Copy(io.Discard, conn) // until the client closes\n" +
      "conn.Close()              // and no SetLinger(0)",
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
    c: "signal(SIGPIPE, SIG_IGN);   /* at the beginning of main() */\n" +
      "if (write(clnt_sock, buf, n) == -1) break;   /* on to the next client */",
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
    javascript: 'socket.on("error", () => socket.destroy());   // else it is thrown',
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

/** Where SO_REUSEADDR is set by itself. */
const HELD_BY_A_CHILD: Text = {
  en:
    "The port is still taken (EADDRINUSE). SO_REUSEADDR is set here by itself, so that TIME_WAIT " +
    "is no obstacle: another process of the program holds the port, and must end with it.",
  zh:
    "端口仍被占用（EADDRINUSE）。这里会自动设置 SO_REUSEADDR，TIME_WAIT 不是障碍：程序的另一个进程" +
    "还占着端口，它应当一起结束。",
};

export const NO_REUSEADDR = causeOf(
  "no-reuseaddr",
  {
    en:
      "bind() fails with EADDRINUSE: the side that closes first keeps its port in TIME_WAIT, for a " +
      "minute on Linux. A server says before bind() that it takes the port all the same.",
    zh:
      "bind() 失败，errno 为 EADDRINUSE：先关闭的一方会让端口停留在 TIME_WAIT 状态（Linux 下一分钟）。" +
      "服务器应在 bind() 之前声明仍要使用该端口。",
  },
  {
    c: "int yes = 1;              /* before bind(): */\nsetsockopt(serv_sock, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);",
    python: "# before bind(); with socketserver: allow_reuse_address = True\n" +
      "server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)",
    java:
      "server = new ServerSocket(); server.setReuseAddress(true);\nserver.bind(new InetSocketAddress(port));",
    javascript: 'process.on("SIGTERM", () => { child.kill(); process.exit(); });',
    go: "defer command.Process.Kill() // what the program has started ends with it",
  },
  {
    javascript: HELD_BY_A_CHILD,
    go: HELD_BY_A_CHILD,
  },
);

/** Where a number that is none is an exception. */
const UNCHECKED: Text = {
  en: "The argument is not checked: what is no port has to end the program with a word about it.",
  zh: "没有检查参数：参数不是端口时，程序应当说明并结束。",
};

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
    c: "char *end;\nlong port = strtol(argv[1], &end, 10);\n" +
      "if (end == argv[1] || *end != 0 || port < 1 || port > 65535)\n" +
      '    error_handling("wrong port");',
    python:
      "port = int(sys.argv[1])   # raises ValueError\nif not 0 < port < 65536: sys.exit('wrong port')",
    javascript: "if (!/^[0-9]{1,5}$/.test(text) || Number(text) > 65535) process.exit(2);\n" +
      "server.listen(Number(text));",
    java:
      "int port = Integer.parseInt(args[0]);   // throws\nif (port < 1 || port > 65535) System.exit(2);",
    go: "port, err := strconv.ParseUint(os.Args[1], 10, 16)\n" +
      'if err != nil || port == 0 { log.Fatal("wrong port") }',
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
    python: UNCHECKED,
    java: UNCHECKED,
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
      "select() with a time of 0 or with a client that has gone still in its set, a loop around an " +
      "error) and burns a whole CPU by it.",
    zh:
      "程序不是等待，而是不停地询问（非阻塞的 accept() 或 read()；select() 的超时为 0，或者集合里还留着" +
      "已离开的客户端；出错后又立刻重试的循环），白白占满一个 CPU。",
  },
  {
    c: "/* the last NULL: waits until there is something */\nselect(max + 1, &readable, NULL, NULL, NULL);",
    python: "sock.setblocking(True)    # or selectors: sel.select() without a timeout",
    javascript: 'await once(socket, "data");   // events, no setImmediate() loop',
    java: "selector.select();        // not selectNow()",
    go: "select { case v := <-ch: … }   // without default:",
  },
);

export const FIRST_ONLY = causeOf(
  "first-only",
  {
    en: "The next client is taken and closed again without what the first one got: something was " +
      "used up by the first (a file read to its end, a length or a flag that is not set anew). What " +
      "a client needs begins anew behind accept().",
    zh: "下一个客户端被受理后又关闭了，没有得到第一个客户端得到的内容：有什么被第一个客户端用完了" +
      "（已读到末尾的文件、没有重新设置的长度或标志）。每个客户端所需的一切，都应在 accept() 之后重新开始。",
  },
  {
    c: "clnt_sock = accept(serv_sock, NULL, NULL);\nsent = 0;                 /* set anew for every client */",
    python: "conn, addr = server.accept()\nsent = 0                  # set anew for every client",
    javascript:
      "createServer((socket) => {\n    let sent = 0;         // set anew for every client\n    …\n})",
    java:
      "Socket socket = server.accept();\nint sent = 0;             // set anew for every client",
    go: "conn, err := listener.Accept()\nsent := 0                 // set anew for every client",
  },
);

export const SILENT_CLIENT = causeOf(
  "silent-client",
  {
    en:
      "A client may connect and go without a word. Then the very first read() returns 0, the end of " +
      "the stream: that is the end of this client and no reason for exit(), and there is no first " +
      "byte to look at.",
    zh:
      "客户端可能连接后一言不发就离开。这时第一次 read() 就返回 0，即流的结束：结束的只是这个客户端，" +
      "不该 exit()，也没有第一个字节可看。",
  },
  {
    c: "n = read(clnt_sock, buf, sizeof buf);\nif (n <= 0) { close(clnt_sock); continue; }   /* on to the next client */",
    python: "data = conn.recv(1024)\nif not data: continue     # on to the next client",
    javascript: 'socket.on("end", () => socket.end());   // also without "data" before it',
    java: "int n = in.read(buf);\nif (n == -1) continue;    // on to the next client",
    go:
      "n, err := conn.Read(buf)\nif err != nil { conn.Close(); continue } // on to the next client",
  },
);
