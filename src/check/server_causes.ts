/**
 * Why a server sends back what it should not, and how to mend it.
 *
 * @module
 */

import { causeOf } from "./case.ts";

export const WRONG_ECHO = causeOf(
  "wrong-echo",
  {
    en: "What read() gave is not what write() was given: an echo is the same bytes, no more, no " +
      "less and no others.",
    zh: "交给 write() 的不是 read() 得到的内容：回声就是原样的字节，不多、不少、不改。",
  },
  {
    c: "while ((n = read(sock, buf, sizeof buf)) > 0)\n    write(sock, buf, n);",
    python: "while data := conn.recv(1024):\n    conn.sendall(data)",
    javascript: 'socket.on("data", (bytes) => socket.write(bytes));',
    java: "while ((n = in.read(buf)) != -1) { out.write(buf, 0, n); out.flush(); }",
    go: "io.Copy(conn, conn)",
  },
);

export const PADS_REPLY = causeOf(
  "pads-reply",
  {
    en:
      "More is sent than came: only the return value of read() says how many bytes came; sizeof " +
      "and BUF_SIZE are the size of the whole buffer, with whatever else lies in it.",
    zh: "发出的比收到的多：收到了多少字节，只有 read() 的返回值知道；sizeof 和 BUF_SIZE 是整个" +
      "缓冲区的大小，里面还有别的内容。",
  },
  {
    c: "n = read(sock, buf, sizeof buf);\nwrite(sock, buf, n);      /* n, not sizeof buf */",
    python: "n = conn.recv_into(buf)\nconn.sendall(buf[:n])",
    java: "out.write(buf, 0, n);     // n, as read() returned it",
    go: "conn.Write(buf[:n])",
    javascript: "const n = await conn.read(buffer);\nawait conn.write(buffer.subarray(0, n));",
  },
  {
    javascript: {
      en:
        "More is sent than came: a buffer of a fixed size has other things behind what came. Only " +
        "as many bytes as came go back.",
      zh:
        "发出的比收到的多：固定大小的缓冲区里，收到的内容后面还有别的内容。收到多少字节，就发回多少字节。",
    },
  },
);

export const DROPS_NEWLINE = causeOf(
  "drops-newline",
  {
    en: 'The "\\n" at the end of the line was cut off and not sent back. TCP has no message ' +
      "boundaries: the newline is what tells the client where the reply ends.",
    zh: '行尾的 "\\n" 被去掉了，没有发回。TCP 不存在数据边界：客户端靠换行符才知道回复到哪里结束。',
  },
  {
    c: "write(sock, buf, n);      /* with the newline that came */",
    python: "conn.sendall(data)        # no strip()",
    javascript: "socket.write(bytes);      // no trim()",
    java: 'out.print(line + "\\n"); out.flush();   // readLine() cut it off',
    go: "conn.Write(line)          // ReadBytes keeps the newline, Scanner does not",
  },
);

export const READS_A_PART = causeOf(
  "reads-a-part",
  {
    en:
      "Only the beginning comes back: read() took no more than it was asked for, and nothing asks " +
      "for the rest until more comes. Read again until all of it is there; an edge-triggered event " +
      "(EPOLLET) comes once, so read then until EAGAIN.",
    zh: "只返回了开头的一部分：read() 最多读取所要求的字节数，剩下的要等到有新数据才会再读。" +
      "应当继续读取，直到读完；边缘触发（EPOLLET）的事件只通知一次，要一直读到 EAGAIN 为止。",
  },
  {
    c: "while ((n = read(sock, buf, sizeof buf)) > 0)\n    write(sock, buf, n);",
    python: "while data := conn.recv(1024):\n    conn.sendall(data)",
    javascript: 'socket.on("data", (bytes) => socket.write(bytes));',
    java: "while ((n = in.read(buf)) != -1) { out.write(buf, 0, n); out.flush(); }",
    go: "io.Copy(conn, conn)",
  },
);

export const NO_REPLY = causeOf(
  "no-reply",
  {
    en: "The line stays in the server: it waits for more than a line (a full buffer, the end of " +
      "the stream, MSG_WAITALL), or its reply lies in a buffer that nobody flushes.",
    zh: "这一行留在了服务器端：它在等比一行更多的内容（装满缓冲区、流的结束、MSG_WAITALL），" +
      "或者回复停在没有刷新（flush）的缓冲区里。",
  },
  {
    c: "n = read(sock, buf, sizeof buf);   /* returns what is there */\n" +
      "write(sock, buf, n);               /* stdio: fflush(fp) after fputs() */",
    python: "conn.sendall(data)        # with makefile(): f.write(line); f.flush()",
    java: "out.println(line); out.flush();   // or new PrintWriter(stream, true)",
    go: "writer.Flush()            // after every line, with bufio.Writer",
    javascript: 'socket.on("data", (bytes) => socket.write(bytes));\n// not at "end"',
  },
  {
    javascript: {
      en:
        'The line stays in the server: it is answered only at "end", when the client has closed, or ' +
        "when more than a line has come.",
      zh:
        '这一行留在了服务器端：要到 "end" 事件（客户端关闭之后），或者收到多于一行的内容时，才会回复。',
    },
  },
);

export const ONE_REPLY = causeOf(
  "one-reply",
  {
    en:
      "Only the first line is answered: read() and write() stand there once for a client, not in " +
      "a loop. A client is served until read() returns 0, the end of the stream.",
    zh: "只回复了第一行：每个客户端只调用了一次 read() 和 write()，没有循环。应当一直服务到 " +
      "read() 返回 0，也就是流的结束。",
  },
  {
    c: "while ((n = read(sock, buf, sizeof buf)) > 0)\n    write(sock, buf, n);\nclose(sock);",
    python: "while data := conn.recv(1024):\n    conn.sendall(data)",
    javascript: 'socket.on("data", (bytes) => socket.write(bytes));   // not once()',
    java: "while ((n = in.read(buf)) != -1) { out.write(buf, 0, n); out.flush(); }",
    go: "io.Copy(conn, conn)",
  },
);

export const READ_IS_A_MESSAGE = causeOf(
  "read-is-a-message",
  {
    en: "One read() is taken for one message. TCP has no message boundaries: a line may come in " +
      "several pieces, and each piece goes back as it came, with nothing added and nothing cut.",
    zh: "把一次 read() 当成了一条消息。TCP 不存在数据边界：一行可能分几次到达（半包），也可能几行" +
      "一起到达（粘包）；每一段都应原样发回，不加也不减。",
  },
  {
    c: "while ((n = read(sock, buf, sizeof buf)) > 0)\n    write(sock, buf, n);      /* no strlen(), no newline added */",
    python: "while data := conn.recv(1024):\n    conn.sendall(data)    # not data.strip() + b'\\n'",
    javascript: 'socket.on("data", (bytes) => socket.write(bytes));   // not bytes + "\\n"',
    java: "while ((n = in.read(buf)) != -1) { out.write(buf, 0, n); out.flush(); }",
    go: "io.Copy(conn, conn)",
  },
);

export const CUTS_AT_NUL = causeOf(
  "cuts-at-nul",
  {
    en:
      "What came is cut at its first NUL, or stripped of it. Bytes from a socket have a length of " +
      "their own, and a NUL among them is a byte like any other.",
    zh:
      "收到的内容在第一个 NUL 处被截断，或者 NUL 被去掉了。套接字里来的字节有自己的长度，其中的 " +
      "NUL 与别的字节一样。",
  },
  {
    c: "n = read(sock, buf, sizeof buf);\nwrite(sock, buf, n);      /* n, not strlen(buf) */",
    python: "conn.sendall(data)        # the bytes, not split at b'\\0'",
    javascript: 'socket.write(bytes);      // the bytes, not split("\\0")',
    java: "out.write(buf, 0, n);     // all n bytes: trim() removes NULs, too",
    go: "conn.Write(buf[:n])       // all n bytes, no bytes.Trim",
  },
  {
    c: {
      en:
        "What came is taken for a string: strlen(), strcpy(), fputs() and %s go on to the first NUL. " +
        "What lies behind a NUL is lost; where none follows what came, the rest of something older is " +
        "sent along. How many bytes came, only the return value of read() says.",
      zh:
        "把收到的内容当成了字符串：strlen()、strcpy()、fputs() 和 %s 一直到第一个 NUL 为止。NUL 之后的内容" +
        "会丢失；收到的内容后面没有 NUL 时，又会把以前留下的内容一起发出。收到了多少字节，只有 read() 的" +
        "返回值知道。",
    },
  },
);

export const DECODES_TEXT = causeOf(
  "decodes-text",
  {
    en:
      "The bytes are made into text and back. Bytes that are no UTF-8 do not survive that: they " +
      "become U+FFFD (EF BF BD) or an exception. An echo needs no text at all.",
    zh:
      "字节被解码成文本，又编码回去。不是 UTF-8 的字节经不起这一趟：要么变成 U+FFFD（EF BF BD），" +
      "要么抛出异常。回声根本不需要文本。",
  },
  {
    c: "write(sock, buf, n);      /* the bytes as they came */",
    python: "conn.sendall(data)        # no decode(), no encode()",
    javascript:
      '// no setEncoding(), no toString()\nsocket.on("data", (bytes) => socket.write(bytes));',
    java: "InputStream in = sock.getInputStream();   // no Reader, no Writer",
    go: "conn.Write(buf[:n])       // bytes, no []rune",
  },
);

export const EMPTY_LINE = causeOf(
  "empty-line",
  {
    en: "An empty line is taken for the end, or is not answered. Only read() == 0 is the end of " +
      'the stream; an empty line is one byte, "\\n", and comes back.',
    zh:
      '把空行当成了结束，或者不回复空行。只有 read() 返回 0 才是流的结束；空行是一个字节 "\\n"，' +
      "也要发回。",
  },
  {
    c: "if (n == 0) break;        /* what read() returned, not strlen() */",
    python: "if not data: break        # data itself, not data.strip()",
    javascript: "socket.write(bytes);      // also if there is nothing but a newline",
    java: "if (line == null) break;  // not line.isEmpty()",
    go: "if err == io.EOF { break }  // not len(text) == 0",
  },
);

export const CUTS_LONG_LINE = causeOf(
  "cuts-long-line",
  {
    en:
      "What does not fit into the buffer is lost. A buffer is no limit for a line: read() gives " +
      "the rest at the next call, and it goes back as the first part did.",
    zh: "缓冲区装不下的部分丢失了。缓冲区的大小不是一行的上限：剩下的部分由下一次 read() 给出，" +
      "和前面的部分一样发回。",
  },
  {
    c: "while ((n = read(sock, buf, sizeof buf)) > 0)\n    write(sock, buf, n);",
    python: "while data := conn.recv(1024):\n    conn.sendall(data)",
    javascript: 'socket.on("data", (bytes) => socket.write(bytes));',
    java: "while ((n = in.read(buf)) != -1) { out.write(buf, 0, n); out.flush(); }",
    go: "io.Copy(conn, conn)       // a Scanner refuses lines of 64 KiB",
  },
);

export const CRASH = causeOf(
  "crash",
  {
    en:
      "The program crashed: it used memory that is not its own, often by buf[n] = 0 with n equal to " +
      "the size of the buffer, or with n = -1 after an error of read(); or, with SIGABRT, an assert() " +
      "did not hold, nobody caught a C++ exception (std::terminate()), or a library found memory " +
      "damaged.",
    zh: "程序崩溃：访问了不属于它的内存，常见原因是 buf[n] = 0 时 n 等于缓冲区大小，或者 read() " +
      "出错后 n 为 -1；如果是 SIGABRT，则是 assert() 不成立，C++ 异常没有被捕获" +
      "（std::terminate()），或者库函数发现内存已被破坏。",
  },
  {
    c: "n = read(sock, buf, sizeof buf - 1);   /* room for the 0 */\nif (n <= 0) break;\n" +
      "/* gcc -g -fsanitize=address shows the line */",
    python: "# tcplab check --show: the traceback names the line",
    javascript: "// tcplab check --show: the stack names the line",
    java: "// tcplab check --show: the stack trace names the line",
    go: "// tcplab check --show: the stack of the goroutine names the line",
  },
  Object.fromEntries(
    (["python", "javascript", "java", "go"] as const).map((language) => [language, {
      en: "An exception that nobody caught ended the program. What it printed last names the line.",
      zh: "没有人捕获的异常结束了程序。它最后的输出指出了是哪一行。",
    }]),
  ),
);

export const LOSES_AT_END = causeOf(
  "loses-at-end",
  {
    en:
      "The end of what the client sends (its FIN) is taken for the end of the connection. After " +
      "shutdown(SHUT_WR) a client still reads: first all that came has to go back, then close().",
    zh:
      "把客户端发送的结束（FIN）当成了整个连接的结束。客户端调用 shutdown(SHUT_WR) 半关闭之后仍在" +
      "接收：要先把收到的全部发回，再 close()。",
  },
  {
    c: "while ((n = read(sock, buf, sizeof buf)) > 0)\n    write(sock, buf, n);\nclose(sock);              /* only behind the loop */",
    python: "while data := conn.recv(1024):\n    conn.sendall(data)\nconn.close()",
    javascript: "createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket))\n" +
      "// Deno: conn.read() in a loop; conn.readable would close all at its end",
    java: "while ((n = in.read(buf)) != -1) { out.write(buf, 0, n); out.flush(); }",
    go: "io.Copy(conn, conn)\nconn.Close()",
  },
);

export const SHORT_WRITE = causeOf(
  "short-write",
  {
    en:
      "Bytes are lost, or stay behind, when much is under way: write() may take fewer bytes than it " +
      "was given, and on a socket that does not block fail with EAGAIN. The rest has to be written " +
      "again. A pipe that nobody empties stops the server in write(), too.",
    zh: "数据量大时，有字节丢失或滞留：write() 写入的可能比要求的少，非阻塞套接字还可能以 EAGAIN " +
      "失败，剩下的部分必须接着写。管道满了而没有人读取时，服务器也会停在 write() 里。",
  },
  {
    c: "for (off = 0; off < n; off += w)\n    if ((w = write(sock, buf + off, n - off)) <= 0) break;",
    python: "conn.sendall(data)        # send() may take a part only",
    java: "while (buffer.hasRemaining()) channel.write(buffer);",
    javascript: "let off = 0;\nwhile (off < n) off += await conn.write(buffer.subarray(off, n));",
    go: "if _, err := conn.Write(buf[:n]); err != nil { return }",
  },
  {
    javascript: {
      en: "Bytes are lost when much is under way. Node keeps what cannot be written yet, until " +
        "destroy() throws it away; write() of a Deno connection may take a part, and says how much.",
      zh:
        "数据量大时丢失了字节。Node 会保留暂时写不出去的内容，但 destroy() 会把它丢掉；Deno 连接的 " +
        "write() 可能只写入一部分，返回值是写入的字节数。",
    },
    go: {
      en:
        "Bytes are lost when much is under way: an error of Write (of a deadline) is not looked at, " +
        "or the buffer is filled again while another goroutine still writes it.",
      zh:
        "数据量大时丢失了字节：没有检查 Write 返回的错误（例如超时），或者另一个 goroutine 还在写，" +
        "缓冲区就又被填充了。",
    },
  },
);

export const GIVES_UP = causeOf(
  "gives-up",
  {
    en: "The server stops before the client does: a counter, a limit of bytes or a time ends its " +
      "loop. It serves a client until read() returns 0, the end of the stream.",
    zh: "服务器比客户端先停下：循环被计数、字节上限或时间限制结束了。应当一直服务到 read() 返回 " +
      "0，即流的结束。",
  },
  {
    c: "while ((n = read(sock, buf, sizeof buf)) > 0)\n    write(sock, buf, n);",
    python: "while data := conn.recv(1024):\n    conn.sendall(data)",
    javascript: 'socket.on("data", (bytes) => socket.write(bytes));',
    java: "while ((n = in.read(buf)) != -1) { out.write(buf, 0, n); out.flush(); }",
    go: "io.Copy(conn, conn)",
  },
);
