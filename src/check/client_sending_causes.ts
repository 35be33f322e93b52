/**
 * Why clients do not send what was typed, or more than that, and how to mend it.
 *
 * @module
 */

import { type Cause, explained } from "./case.ts";

export const SENDS_NOTHING: Cause = {
  id: "sends-nothing",
  in: {
    c: explained({
      en: "The line that was typed does not reach the socket: it is not read with fgets(), it is " +
        "kept in a stdio buffer without fflush(), or the client waits first for a message of the " +
        "server. An echo server speaks only when it has been spoken to.",
      zh: "输入的一行没有到达套接字：没有用 fgets() 读取，或者留在标准 I/O 缓冲区里没有 " +
        "fflush()，或者客户端先等待服务器发来消息。回声服务器收到数据后才会发送。",
    }, "fgets(message, BUF_SIZE, stdin);\nwrite(sock, message, strlen(message));"),
    python: explained({
      en: "The line that was typed does not reach the socket: a file made by makefile() keeps it " +
        "until flush(), or the client waits first for a message of the server.",
      zh: "输入的一行没有到达套接字：makefile() 得到的文件在 flush() 之前不会发送，" +
        "或者客户端先等待服务器发来消息。",
    }, "line = sys.stdin.readline()\nsock.sendall(line.encode())"),
    java: explained({
      en: "The line that was typed does not reach the socket: a PrintWriter or BufferedWriter " +
        "keeps it until flush().",
      zh: "输入的一行没有到达套接字：PrintWriter、BufferedWriter 在 flush() 之前不会发送。",
    }, "out.println(line);\nout.flush();"),
    javascript: explained({
      en:
        "The line that was typed does not reach the socket: it is written only after the server has sent something, or cork() keeps it until uncork().",
      zh: "输入的一行没有到达套接字：要等服务器先发来内容才写入，或者 cork() 之后没有 uncork()。",
    }, 'rl.on("line", (line) => socket.write(line + "\\n"));'),
    go: explained({
      en:
        "The line that was typed does not reach the socket: a bufio.Writer keeps it until Flush().",
      zh: "输入的一行没有到达套接字：bufio.Writer 在 Flush() 之前不会发送。",
    }, "writer.WriteString(line)\nwriter.Flush()"),
  },
};

export const ENDS_EARLY: Cause = {
  id: "ends-early",
  in: {
    c: explained({
      en:
        "It does not go back for the next line: the exchange has to stand in a loop that only Q, " +
        "the end of the input or an error ends.",
      zh: "它没有回到循环开头读取下一行：收发应放在循环中，只有输入 Q、输入结束或出错才退出。",
    }, "while (fgets(message, BUF_SIZE, stdin) != NULL) { … }"),
    python: explained({
      en: "It does not go back for the next line: the exchange has to stand in a loop.",
      zh: "它没有回到循环开头读取下一行：收发应放在循环中。",
    }, "for line in sys.stdin:\n    …"),
    javascript: explained({
      en:
        'It ends after a reply: once("line") takes one line only, and socket.end() is due at Q and at the end of the input, not before.',
      zh:
        '收到一条回复就结束了：once("line") 只读取一行；socket.end() 应在输入 Q 或输入结束时才调用。',
    }, "for await (const line of rl) { … }"),
    java: explained({
      en: "It does not go back for the next line: the exchange has to stand in a loop.",
      zh: "它没有回到循环开头读取下一行：收发应放在循环中。",
    }, "while ((line = stdin.readLine()) != null) { … }"),
    go: explained({
      en: "It does not go back for the next line: the exchange has to stand in a loop.",
      zh: "它没有回到循环开头读取下一行：收发应放在循环中。",
    }, "for stdin.Scan() { … } // stdin := bufio.NewScanner(os.Stdin)"),
  },
};

export const WRONG_LINE: Cause = {
  id: "wrong-line",
  in: {
    c: explained({
      en:
        'scanf("%s") reads a word, not a line; sizeof is the whole buffer, strlen() what stands ' +
        "in it up to the first NUL. write() is to be given what fgets() read, no more and no less.",
      zh: 'scanf("%s") 读取的是一个单词而不是一行；sizeof 是整个缓冲区的大小，' +
        "strlen() 才是到第一个 NUL 为止的长度。交给 write() 的应当正是 fgets() 读到的内容。",
    }, "fgets(message, BUF_SIZE, stdin);\nwrite(sock, message, strlen(message));"),
    python: explained({
      en:
        "send() may take a part of the bytes and returns how many; split() cuts a line into words.",
      zh: "send() 可能只发送一部分，返回值才是实际发送的字节数；split() 会把一行拆成单词。",
    }, "sock.sendall(line.encode())"),
    java: explained({
      en: "Scanner.next() reads a word, not a line.",
      zh: "Scanner.next() 读取的是一个单词，而不是一行。",
    }, "String line = scanner.nextLine();"),
    go: explained({
      en: "fmt.Scan and fmt.Scanln read words, not lines.",
      zh: "fmt.Scan 和 fmt.Scanln 读取的是单词，而不是一行。",
    }, "line, err := stdin.ReadString('\\n') // stdin := bufio.NewReader(os.Stdin)"),
    javascript: explained({
      en:
        'What is written is not what was typed: split() cuts a line into words, and JSON.stringify() puts quotes around it. A "line" comes without its newline.',
      zh:
        '写入的不是输入的内容：split() 会把一行拆成单词，JSON.stringify() 会加上引号。"line" 事件给出的一行不含换行符。',
    }, 'rl.on("line", (line) => socket.write(line + "\\n"));'),
  },
};

export const SENDS_MORE: Cause = {
  id: "sends-more",
  in: {
    c: explained({
      en:
        "write() is given more bytes than the line has: BUF_SIZE and sizeof message are the size " +
        "of the whole buffer, with whatever stands behind the line; strlen() counts on where the " +
        "line has no NUL at its end. All of it is sent, comes back, and stands in the next replies.",
      zh: "交给 write() 的字节数多于这一行：BUF_SIZE 和 sizeof message 是整个缓冲区的大小，" +
        "其中包括行尾之后的残留内容；行尾没有 NUL 时，strlen() 也会继续往后数。" +
        "这些字节全部被发送并送回，混进后面的回复里。",
    }, "fgets(message, BUF_SIZE, stdin);\nwrite(sock, message, strlen(message));"),
    python: explained({
      en:
        "More is sent than was typed: ljust(), struct.pack() and a bytearray of a fixed size fill " +
        "it up.",
      zh: "发送的多于输入的：ljust()、struct.pack() 或固定大小的 bytearray 会把内容补满。",
    }, "sock.sendall(line.encode())"),
    java: explained({
      en: "write(buf) sends the whole array, whatever part of it the line fills.",
      zh: "write(buf) 发送整个数组，不管这一行占了其中多少。",
    }, "out.write(line.getBytes(UTF_8));   // or out.write(buf, 0, n)"),
    go: explained({
      en: "Write(buf) sends the whole slice, whatever part of it the line fills.",
      zh: "Write(buf) 发送整个切片，不管这一行占了其中多少。",
    }, "conn.Write(buf[:n])"),
    javascript: explained({
      en: "A Buffer of a fixed size is sent whole, whatever part of it the line fills.",
      zh: "固定大小的 Buffer 会整个发送出去，不管这一行占了其中多少。",
    }, 'socket.write(line + "\\n");'),
  },
};

export const WAITS_FOR_MORE: Cause = {
  id: "waits-for-more",
  in: {
    c: explained({
      en: "It waits for more than the server sends back: for a newline or a NUL that it did not " +
        "send, for a full buffer (MSG_WAITALL), or for read() to return 0, which it does only " +
        "when the server closes. As many bytes are due as it sent.",
      zh: "它等待的内容多于服务器发回的：等待自己并未发送的换行符或 NUL，等待缓冲区填满" +
        "（MSG_WAITALL），或者等待 read() 返回 0，而那要到服务器关闭连接时才会发生。" +
        "应当收到的字节数等于发送的字节数。",
    }, "while (got < sent && (n = read(sock, buf + got, sent - got)) > 0)\n    got += n;"),
    python: explained({
      en:
        'readline() waits for a "\\n": what was sent without one comes back without one. A loop ' +
        "until recv() gives nothing ends only when the server closes.",
      zh: 'readline() 等待 "\\n"：发送时没有，发回时也没有。' +
        "一直读到 recv() 返回空的循环，要到服务器关闭连接时才会结束。",
    }, 'line = input()               # without its newline\nsock.sendall(line.encode() + b"\\n")'),
    java: explained({
      en:
        "readLine() waits for the end of the line: what was sent with print() comes back without.",
      zh: "readLine() 等待行尾：用 print() 发送时没有换行符，发回时也没有。",
    }, "out.println(line);   // not print()"),
    go: explained({
      en:
        "ReadString('\\n') waits for a newline: what was sent without one comes back without one.",
      zh: "ReadString('\\n') 等待换行符：发送时没有，发回时也没有。",
    }, 'fmt.Fprintf(conn, "%s\\n", line)'),
    javascript: explained({
      en:
        'readline waits for a "\\n": what was sent without one comes back without one. "end" comes only when the server closes.',
      zh: 'readline 等待 "\\n"：发送时没有，发回时也没有。"end" 事件要到服务器关闭连接时才会发生。',
    }, 'socket.write(line + "\\n");'),
  },
};

export const QUIT_UNKNOWN: Cause = {
  id: "quit-unknown",
  in: {
    c: explained(
      {
        en: 'The comparison does not hold: fgets() keeps the newline, so the line is "Q\\n"; ' +
          "strcmp() returns 0 where two strings are the same; == compares addresses. Both letters " +
          "have to be asked for.",
        zh: '比较没有成立：fgets() 会保留换行符，读到的是 "Q\\n"；两个字符串相同时 strcmp() ' +
          "返回 0；== 比较的是地址。大写和小写都要判断。",
      },
      '/* where its newline was cut off: "q", "Q" */\n' +
        'if (!strcmp(message, "q\\n") || !strcmp(message, "Q\\n"))\n    break;',
    ),
    python: explained({
      en:
        "The comparison does not hold: a line of sys.stdin has its newline; both letters have to " +
        "be asked for.",
      zh: "比较没有成立：从 sys.stdin 读到的一行带有换行符；大写和小写都要判断。",
    }, 'if line.rstrip("\\r\\n") in ("q", "Q"):\n    break'),
    javascript: explained({
      en: "The comparison does not hold: both letters have to be asked for, without the newline.",
      zh: "比较没有成立：应去掉换行符，大写和小写都要判断。",
    }, "if (/^q\\r?\\n?$/i.test(line)) break;"),
    java: explained({
      en:
        "The comparison does not hold: == compares references; both letters have to be asked for.",
      zh: "比较没有成立：== 比较的是引用；大写和小写都要判断。",
    }, 'if (line.equalsIgnoreCase("q")) break;'),
    go: explained({
      en: "The comparison does not hold: ReadString keeps the newline; both letters have to be " +
        "asked for.",
      zh: "比较没有成立：ReadString 会保留换行符；大写和小写都要判断。",
    }, 'if strings.EqualFold(strings.TrimSpace(line), "q") { break }'),
  },
};

export const QUIT_SENT: Cause = {
  id: "quit-sent",
  in: {
    c: explained(
      {
        en:
          "The line is compared only after write(): Q is a word to the client, not to the server.",
        zh: "write() 之后才进行比较：Q 是给客户端的命令，不应发送给服务器。",
      },
      'if (!strcmp(message, "q\\n") || !strcmp(message, "Q\\n"))\n    break;   /* before write() */',
    ),
    python: explained({
      en:
        "The line is compared only after it was sent: Q is a word to the client, not to the server.",
      zh: "发送之后才进行比较：Q 是给客户端的命令，不应发送给服务器。",
    }, 'if line.rstrip("\\r\\n") in ("q", "Q"):\n    break              # before sendall()'),
    javascript: explained({
      en:
        "The line is compared only after it was sent: Q is a word to the client, not to the server.",
      zh: "发送之后才进行比较：Q 是给客户端的命令，不应发送给服务器。",
    }, "if (/^q$/i.test(line)) break;   // before socket.write()"),
    java: explained({
      en:
        "The line is compared only after it was sent: Q is a word to the client, not to the server.",
      zh: "发送之后才进行比较：Q 是给客户端的命令，不应发送给服务器。",
    }, 'if (line.equalsIgnoreCase("q")) break;   // before out.println()'),
    go: explained({
      en:
        "The line is compared only after it was sent: Q is a word to the client, not to the server.",
      zh: "发送之后才进行比较：Q 是给客户端的命令，不应发送给服务器。",
    }, 'if strings.EqualFold(strings.TrimSpace(line), "q") {\n    break // before Write\n}'),
  },
};

export const LONG_LINE_CUT: Cause = {
  id: "long-line-cut",
  in: {
    c: explained(
      {
        en:
          "fgets() reads at most BUF_SIZE - 1 characters and leaves the rest of the line for the " +
          "next call: it must be sent then, too. And write() may take fewer bytes than it was given.",
        zh: "fgets() 最多读取 BUF_SIZE - 1 个字符，这一行其余的部分留给下一次调用，" +
          "到时也必须发送。另外，write() 写入的字节数可能少于所给的。",
      },
      "while (fgets(message, BUF_SIZE, stdin) != NULL)\n" +
        "    for (off = 0, len = strlen(message); off < len; off += n)\n" +
        "        if ((n = write(sock, message + off, len - off)) == -1) exit(1);",
    ),
    python: explained({
      en: "It sends only a fixed number of bytes of a line; and send() may take fewer than it is " +
        "given, sendall() takes all.",
      zh: "一行只发送固定数目的字节；另外，send() 可能只发送一部分，sendall() 才会全部发送。",
    }, "sock.sendall(line.encode())"),
    java: explained({
      en: "It sends only a fixed number of bytes of a line.",
      zh: "一行只发送固定数目的字节。",
    }, "out.write(line.getBytes());"),
    javascript: explained({
      en: "It sends only a fixed number of bytes of a line.",
      zh: "一行只发送固定数目的字节。",
    }, 'socket.write(line + "\\n");'),
    go: explained({
      en: "It sends only a fixed number of bytes of a line.",
      zh: "一行只发送固定数目的字节。",
    }, "conn.Write([]byte(line))"),
  },
};
