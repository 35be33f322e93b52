/**
 * Why clients do not end, or end as if all were well, and how to mend it.
 *
 * @module
 */

import { type Cause, explained } from "./case.ts";

export const EOF_IGNORED: Cause = {
  id: "end-of-input-ignored",
  in: {
    c: explained({
      en: "fgets() returns NULL at the end of the input and leaves the buffer as it was: a loop " +
        "that does not look sends the last line again and again, or never ends its waiting.",
      zh: "输入结束时 fgets() 返回 NULL，缓冲区的内容保持不变：循环如果不检查返回值，" +
        "就会一遍又一遍地发送最后一行，或者一直等下去。",
    }, "if (fgets(message, BUF_SIZE, stdin) == NULL)\n    break;"),
    python: explained({
      en: 'readline() returns "" at the end of the input, an empty line is "\\n"; input() raises ' +
        "EOFError, and who catches it must end.",
      zh: '输入结束时 readline() 返回 ""，空行则是 "\\n"；input() 会抛出 EOFError，' +
        "捕获之后应当结束。",
    }, "for line in sys.stdin:   # ends at the end of the input\n    …"),
    javascript: explained({
      en:
        'At the end of the input readline tells "close" and stdin "end": the connection must be ' +
        "ended then, or it keeps the program alive.",
      zh: '输入结束时，readline 触发 "close" 事件，stdin 触发 "end" 事件：' +
        "此时应当结束连接，否则程序会一直运行。",
    }, 'rl.on("close", () => socket.end());'),
    java: explained({
      en: "readLine() returns null at the end of the input.",
      zh: "输入结束时 readLine() 返回 null。",
    }, "for (String line; (line = stdin.readLine()) != null; ) { … }"),
    go: explained({
      en: "ReadString returns io.EOF at the end of the input, and Scan returns false.",
      zh: "输入结束时 ReadString 返回 io.EOF，Scan 返回 false。",
    }, "for stdin.Scan() { … } // stdin := bufio.NewScanner(os.Stdin)"),
  },
};

export const READ_UNCHECKED: Cause = {
  id: "read-unchecked",
  in: {
    c: explained({
      en: "read() returns 0 at the end of the stream and -1 at an error (ECONNRESET: the other " +
        "side has reset the connection). Neither is a reply, and neither is better next time: a " +
        "loop that waits for more never ends, and message[-1] is not yours.",
      zh: "流结束时 read() 返回 0，出错时返回 -1（ECONNRESET：对方复位了连接）。" +
        "两者都不是回复，再读也不会好转：继续等待的循环永不结束，message[-1] 则是越界访问。",
    }, 'if (n <= 0) {\n    fputs("server closed the connection\\n", stderr); exit(1);\n}'),
    python: explained({
      en: 'recv() returns b"" at the end of the stream, for ever after; a reset raises ' +
        "ConnectionResetError. Neither is a reply.",
      zh: '流结束后 recv() 一直返回 b""；连接被复位时抛出 ConnectionResetError。' +
        "两者都不是回复。",
    }, 'if not reply:\n    sys.exit("server closed the connection")'),
    javascript: explained({
      en: 'The end of the stream is the event "end", a reset is "error" and then "close". Who ' +
        "listens to neither, or does nothing there, waits for ever.",
      zh: '流结束触发 "end" 事件，连接被复位触发 "error"，然后是 "close"。' +
        "不监听这些事件，或者监听后什么都不做，就会永远等待。",
    }, 'socket.on("close", () => process.exit(1));   // while a reply is due'),
    java: explained(
      {
        en: "read() returns -1 and readLine() null at the end of the stream; a reset throws " +
          "SocketException. Neither is a reply.",
        zh: "流结束时 read() 返回 -1，readLine() 返回 null；连接被复位时抛出 SocketException。" +
          "两者都不是回复。",
      },
      'if (reply == null) {\n    System.err.println("server closed the connection"); System.exit(1);\n}',
    ),
    go: explained({
      en:
        "Read returns io.EOF at the end of the stream and another error at a reset. Neither is a " +
        "reply.",
      zh: "流结束时 Read 返回 io.EOF，连接被复位时返回其他错误。两者都不是回复。",
    }, "if err != nil { log.Fatal(err) } // exits with 1"),
  },
};

export const EXIT_ZERO: Cause = {
  id: "exit-zero",
  in: {
    c: explained({
      en: "Exit code 0 says that all is well: a script that starts the client cannot tell a lost " +
        "reply from a good one. read() returned 0 or -1 before the reply was there: exit(1).",
      zh: "退出码 0 表示一切正常：启动客户端的脚本无法分辨回复是丢失了还是正常收到了。" +
        "回复到达之前 read() 返回 0 或 -1，应当 exit(1)。",
    }, 'if (n <= 0) {\n    fputs("server closed the connection\\n", stderr); exit(1);\n}'),
    python: explained({
      en: "Exit code 0 says that all is well: a script that starts the client cannot tell a lost " +
        "reply from a good one.",
      zh: "退出码 0 表示一切正常：启动客户端的脚本无法分辨回复是丢失了还是正常收到了。",
    }, 'sys.exit("server closed the connection")   # stderr, exit code 1'),
    javascript: explained({
      en: "Exit code 0 says that all is well: a script that starts the client cannot tell a lost " +
        "reply from a good one.",
      zh: "退出码 0 表示一切正常：启动客户端的脚本无法分辨回复是丢失了还是正常收到了。",
    }, "process.exitCode = 1;"),
    java: explained({
      en: "Exit code 0 says that all is well: a script that starts the client cannot tell a lost " +
        "reply from a good one.",
      zh: "退出码 0 表示一切正常：启动客户端的脚本无法分辨回复是丢失了还是正常收到了。",
    }, "System.exit(1);"),
    go: explained({
      en: "Exit code 0 says that all is well: a script that starts the client cannot tell a lost " +
        "reply from a good one.",
      zh: "退出码 0 表示一切正常：启动客户端的脚本无法分辨回复是丢失了还是正常收到了。",
    }, 'log.Fatal("server closed the connection") // exits with 1'),
  },
};

export const SILENT_FAILURE: Cause = {
  id: "silent-failure",
  in: {
    c: explained({
      en: "It ends without a word: its user sees no greeting and does not learn why.",
      zh: "它一声不响地结束：用户看不到问候语，也不知道原因。",
    }, 'fputs("server closed the connection without a greeting\\n", stderr);'),
    python: explained({
      en: "It ends without a word: its user sees no greeting and does not learn why.",
      zh: "它一声不响地结束：用户看不到问候语，也不知道原因。",
    }, 'sys.exit("server closed the connection without a greeting")'),
    javascript: explained({
      en: "It ends without a word: its user sees no greeting and does not learn why.",
      zh: "它一声不响地结束：用户看不到问候语，也不知道原因。",
    }, 'console.error("server closed the connection without a greeting");'),
    java: explained({
      en: "It ends without a word: its user sees no greeting and does not learn why.",
      zh: "它一声不响地结束：用户看不到问候语，也不知道原因。",
    }, 'System.err.println("server closed the connection without a greeting");'),
    go: explained({
      en: "It ends without a word: its user sees no greeting and does not learn why.",
      zh: "它一声不响地结束：用户看不到问候语，也不知道原因。",
    }, 'log.Fatal("server closed the connection without a greeting")'),
  },
};

export const REFUSED_GOES_ON: Cause = {
  id: "connect-unchecked",
  in: {
    c: explained(
      {
        en: "connect() returns -1 where nobody listens (ECONNREFUSED), and the socket is not " +
          "connected: say so and end with another code than 0. write() to it raises SIGPIPE.",
        zh: "没有程序监听时 connect() 返回 -1（ECONNREFUSED），套接字并未连接：应给出提示，" +
          "并以非 0 退出码结束。此后再对它 write()，会收到信号 SIGPIPE。",
      },
      'if (connect(sock, (struct sockaddr *)&addr, sizeof addr) == -1) {\n    perror("connect"); exit(1);\n}',
    ),
    python: explained(
      {
        en:
          "connect() raises ConnectionRefusedError where nobody listens: who catches it must end, " +
          "with another code than 0.",
        zh: "没有程序监听时 connect() 抛出 ConnectionRefusedError：捕获之后应以非 0 退出码结束。",
      },
      'try:\n    sock.connect((host, port))\nexcept ConnectionRefusedError as error:\n    sys.exit(f"cannot connect: {error}")',
    ),
    javascript: explained({
      en: 'Where nobody listens the socket tells "error" (ECONNREFUSED): end there, with another ' +
        "code than 0.",
      zh: '没有程序监听时，套接字触发 "error" 事件（ECONNREFUSED）：应以非 0 退出码结束。',
    }, 'socket.on("error", (error) => {\n    console.error(error.message); process.exit(1);\n});'),
    java: explained(
      {
        en:
          "new Socket(…) throws ConnectException where nobody listens: who catches it must end, " +
          "with another code than 0.",
        zh: "没有程序监听时 new Socket(…) 抛出 ConnectException：捕获之后应以非 0 退出码结束。",
      },
      "} catch (ConnectException e) {\n    System.err.println(e.getMessage()); System.exit(1);\n}",
    ),
    go: explained({
      en: "net.Dial returns an error where nobody listens: end, with another code than 0.",
      zh: "没有程序监听时 net.Dial 返回错误：应以非 0 退出码结束。",
    }, "if err != nil { log.Fatal(err) } // exits with 1"),
  },
};

export const REFUSED_SILENT: Cause = {
  id: "refused-silent",
  in: {
    c: explained({
      en: "connect() returned -1 and errno says why; it ends without saying so.",
      zh: "connect() 返回了 -1，errno 里有原因；它却什么都没有说就结束了。",
    }, 'perror("connect");   /* connect: Connection refused */'),
    python: explained({
      en: "The exception is caught, and its words are not printed.",
      zh: "捕获了异常，却没有输出异常信息。",
    }, 'sys.exit(f"cannot connect: {error}")'),
    javascript: explained({
      en: "The error is caught, and its words are not printed.",
      zh: "捕获了错误，却没有输出错误信息。",
    }, "console.error(error.message);"),
    java: explained({
      en: "The exception is caught, and its words are not printed.",
      zh: "捕获了异常，却没有输出异常信息。",
    }, "System.err.println(e.getMessage());"),
    go: explained({
      en: "The error is there, and its words are not printed.",
      zh: "得到了错误，却没有输出错误信息。",
    }, "log.Fatal(err)"),
  },
};

export const WAITS_AT_THE_END: Cause = {
  id: "read-unchecked",
  in: {
    c: explained({
      en:
        "read() returns 0 at the end of the stream, at once and for ever after: a loop that waits " +
        "for a NUL, a newline or a full buffer never ends.",
      zh: "流结束后 read() 立即返回 0，并且以后一直如此：等待 NUL、换行符或填满缓冲区的循环" +
        "永不结束。",
    }, "while ((n = read(sock, buf, sizeof buf)) > 0)   /* 0: end, -1: error */\n    …"),
    python: explained({
      en: 'recv() returns b"" at the end of the stream, at once and for ever after.',
      zh: '流结束后 recv() 立即返回 b""，并且以后一直如此。',
    }, "while data := sock.recv(1024):\n    …"),
    javascript: explained({
      en:
        "The server has closed its half of the connection; with allowHalfOpen, or something else " +
        "that still runs, the program lives on until it ends its own.",
      zh: "服务器已关闭它那一半连接；如果设置了 allowHalfOpen，或者还有别的任务在运行，" +
        "程序在结束自己这一半之前会一直运行。",
    }, 'socket.on("end", () => socket.end());'),
    java: explained({
      en: "read() returns -1 at the end of the stream, at once and for ever after.",
      zh: "流结束后 read() 立即返回 -1，并且以后一直如此。",
    }, "for (int n; (n = in.read(buf)) != -1; ) { … }"),
    go: explained({
      en: "Read returns io.EOF at the end of the stream, at once and for ever after.",
      zh: "流结束后 Read 立即返回 io.EOF，并且以后一直如此。",
    }, "message, err := io.ReadAll(conn)"),
  },
};
