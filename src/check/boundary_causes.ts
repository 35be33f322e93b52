/**
 * What comes of taking a read for a message (4.3.3), and how to mend it.
 *
 * @module
 */

import { type Cause, explained } from "./case.ts";

export const ONE_READ: Cause = {
  id: "one-read",
  in: {
    c: explained({
      en: "read() returns as soon as any bytes are there, up to the number asked for: fewer than " +
        "one write() sent, or what several sent. TCP is a stream and knows no messages: one " +
        "read() for a reply, two of them, or reading until nothing comes for a moment is right only " +
        "by accident. Count the bytes, or look for the newline.",
      zh: "只要有数据到达，read() 就会返回，最多读取所要求的字节数：可能少于对方一次 write() " +
        "发送的，也可能是几次 write() 的数据合在一起。TCP 是字节流，不存在数据边界：" +
        "一条回复只读一次、只读固定的几次，或者读到暂时没有数据为止，都只是碰巧正确。" +
        "应当数字节，或者找换行符。",
    }, "while (got < sent && (n = read(sock, buf + got, sent - got)) > 0)\n    got += n;"),
    python: explained({
      en: "recv(n) returns as soon as any bytes are there, at most n of them: fewer than one " +
        "send() sent, or what several sent. TCP is a stream and knows no messages: count " +
        "the bytes of a reply, or look for its newline, however many reads that takes.",
      zh: "只要有数据到达，recv(n) 就会返回，最多 n 个字节：可能少于对方一次 send() 发送的，" +
        "也可能是几次 send() 的数据合在一起。TCP 是字节流，不存在数据边界：" +
        "应当数回复的字节，或者找它的换行符，不论要读几次。",
    }, 'replies = sock.makefile("rb")   # once, after connect()\nreply = replies.readline()'),
    javascript: explained(
      {
        en:
          'A "data" event brings whatever bytes are there: a part of a reply, or several replies. ' +
          "TCP is a stream and knows no messages: count " +
          "the bytes of a reply, or look for its newline, however many reads that takes.",
        zh: '"data" 事件带来的是当时已到达的数据：可能是半条回复，也可能是几条回复。' +
          "TCP 是字节流，不存在数据边界：" +
          "应当数回复的字节，或者找它的换行符，不论要读几次。",
      },
      "const replies = readline.createInterface({ input: socket });\nfor await (const reply of replies) …",
    ),
    java: explained({
      en: "InputStream.read(buf) returns as soon as any bytes are there: fewer than one write() " +
        "sent, or what several sent. TCP is a stream and knows no messages: count " +
        "the bytes of a reply, or look for its newline, however many reads that takes.",
      zh: "只要有数据到达，InputStream.read(buf) 就会返回：可能少于对方一次 write() 发送的，" +
        "也可能是几次 write() 的数据合在一起。TCP 是字节流，不存在数据边界：" +
        "应当数回复的字节，或者找它的换行符，不论要读几次。",
    }, "byte[] reply = in.readNBytes(sent.length);   // or readLine()"),
    go: explained({
      en: "Conn.Read returns as soon as any bytes are there: fewer than one Write sent, or what " +
        "several sent. TCP is a stream and knows no messages: count " +
        "the bytes of a reply, or look for its newline, however many reads that takes.",
      zh: "只要有数据到达，Conn.Read 就会返回：可能少于对方一次 Write 发送的，" +
        "也可能是几次 Write 的数据合在一起。TCP 是字节流，不存在数据边界：" +
        "应当数回复的字节，或者找它的换行符，不论要读几次。",
    }, "reply := make([]byte, len(line))\n_, err := io.ReadFull(conn, reply)"),
  },
};

/** It counts, but each read() puts its bytes over those before it. */
export const OVERWRITES: Cause = {
  id: "overwrites",
  isNotTheListings: true,
  in: {
    c: explained({
      en: "It reads until all bytes of the reply have come, but each read() puts them at the " +
        "beginning of the buffer, over those that came before. They belong behind these.",
      zh: "它会一直读到这条回复的字节都到齐，但每次 read() 都写到缓冲区开头，" +
        "覆盖了前面读到的内容。新读到的应当接在后面。",
    }, "n = read(sock, message + got, sent - got);   /* behind what came */\ngot += n;"),
    python: explained({
      en: "It reads until all bytes of the reply have come, but keeps the last piece alone: each " +
        "recv() is to be put behind what came before.",
      zh: "它会一直读到这条回复的字节都到齐，却只保留了最后一段：" +
        "每次 recv() 的结果都应当接在前面的后面。",
    }, "reply += sock.recv(sent - len(reply))"),
    javascript: explained({
      en:
        "It waits until all bytes of the reply have come, but keeps the last piece alone: each is " +
        "to be put behind what came before.",
      zh: "它会一直等到这条回复的字节都到齐，却只保留了最后一段：每一段都应当接在前面的后面。",
    }, "reply += data;   // not: reply = data"),
    java: explained({
      en: "It reads until all bytes of the reply have come, but each read() puts them at the " +
        "beginning of the array, over those that came before.",
      zh: "它会一直读到这条回复的字节都到齐，但每次 read() 都写到数组开头，覆盖了前面读到的内容。",
    }, "n = in.read(buf, got, sent - got);"),
    go: explained({
      en: "It reads until all bytes of the reply have come, but each Read puts them at the " +
        "beginning of the slice, over those that came before.",
      zh: "它会一直读到这条回复的字节都到齐，但每次 Read 都写到切片开头，覆盖了前面读到的内容。",
    }, "n, err := conn.Read(buf[got:sent])"),
  },
};

export const READS_BEYOND: Cause = {
  id: "reads-beyond",
  in: {
    c: explained({
      en:
        "It asks read() for more bytes than are due, and takes all that comes for one reply: the " +
        "beginning of the next one is in it, too. Ask for what is still missing, or keep the rest.",
      zh: "它让 read() 读取的字节数多于这条回复剩余的，并把读到的全部内容当作一条回复，" +
        "下一条回复的开头也在其中。只读取还缺少的字节数，或者把多余的部分留给下一次。",
    }, "n = read(sock, buf + got, sent - got);   /* not sizeof buf - got */"),
    python: explained({
      en: "recv(1024) may return more than the reply that is due; what comes behind its newline " +
        "belongs to the next one, and must be kept.",
      zh: "recv(1024) 返回的可能不止当前这条回复；换行符之后的内容属于下一条，必须保留下来。",
    }, 'line, newline, rest = buffer.partition(b"\\n")   # rest: of the next'),
    javascript: explained(
      {
        en: "What comes behind the newline of a reply belongs to the next one, and must be kept.",
        zh: "回复的换行符之后的内容属于下一条回复，必须保留下来。",
      },
      'buffer += data;\nconst replies = buffer.split("\\n");\n' +
        "buffer = replies.pop();   // no newline yet: the beginning of the next",
    ),
    java: explained({
      en: "A BufferedReader reads ahead: make one for the connection, not one for each reply, or " +
        "what it has read ahead is lost with it.",
      zh: "BufferedReader 会预读：每个连接只创建一个，不要每条回复创建一个，" +
        "否则预读的内容会随之丢失。",
    }, "BufferedReader in = …;   // once, before the loop\nString reply = in.readLine();"),
    go: explained({
      en: "A bufio.Reader reads ahead: make one for the connection, not one for each reply, or " +
        "what it has read ahead is lost with it.",
      zh: "bufio.Reader 会预读：每个连接只创建一个，不要每条回复创建一个，" +
        "否则预读的内容会随之丢失。",
    }, "in := bufio.NewReader(conn) // once, before the loop\nreply, err := in.ReadString('\\n')"),
  },
};

export const SMALL_BUFFER: Cause = {
  id: "small-buffer",
  in: {
    c: explained(
      {
        en:
          "Its buffer is full before the whole reply has come: read() gives no more bytes than it " +
          "is asked for, and what does not fit stays in the socket. Show what came, and read on into " +
          "the same buffer until as many bytes have come as were sent.",
        zh: "回复还没有收完，缓冲区就满了：read() 返回的字节数不会超过所要求的，放不下的部分留在" +
          "套接字中。先显示已收到的内容，再用同一个缓冲区继续读取，直到收到的字节数等于发送的。",
      },
      "while (got < sent && (n = read(sock, buf, sizeof buf)) > 0) {\n" +
        "    fwrite(buf, 1, n, stdout);\n    got += n;\n}",
    ),
    python: explained({
      en: "It stops reading, or showing, at a fixed number of bytes; the rest stays in the socket.",
      zh: "读取或显示到固定的字节数就停止了，其余内容留在套接字中。",
    }, 'replies = sock.makefile("rb")   # once, after connect()\nreply = replies.readline()'),
    javascript: explained({
      en: "It shows only a fixed number of bytes; the rest is dropped.",
      zh: "它只显示固定数目的字节，其余内容被丢弃。",
    }, 'socket.on("data", (bytes) => process.stdout.write(bytes));'),
    java: explained(
      {
        en: "It stops reading at a fixed number of bytes; the rest stays in the socket.",
        zh: "读到固定的字节数就停止了，其余内容留在套接字中。",
      },
      "for (int got = 0, n; got < sent && (n = in.read(buf)) != -1; got += n)\n" +
        "    System.out.write(buf, 0, n);",
    ),
    go: explained({
      en: "It stops reading at a fixed number of bytes; the rest stays in the socket.",
      zh: "读到固定的字节数就停止了，其余内容留在套接字中。",
    }, "io.CopyN(os.Stdout, conn, int64(len(line)))"),
  },
};

export const SMALL_BUFFER_OF_GREETING: Cause = {
  id: "small-buffer",
  in: {
    c: explained({
      en: "Its buffer is full before all has come: read() gives no more bytes than it is asked " +
        "for, and what does not fit stays in the socket. Show what came, and read on into the " +
        "same buffer.",
      zh: "数据还没有到齐，缓冲区就满了：read() 返回的字节数不会超过所要求的，" +
        "放不下的部分留在套接字中。先显示已收到的内容，再用同一个缓冲区继续读取。",
    }, "while ((n = read(sock, buf, sizeof buf)) > 0)\n    fwrite(buf, 1, n, stdout);"),
    python: explained({
      en: "It stops reading, or showing, at a fixed number of bytes; the rest stays in the socket.",
      zh: "读取或显示到固定的字节数就停止了，其余内容留在套接字中。",
    }, "while data := sock.recv(4096):\n    sys.stdout.buffer.write(data)"),
    javascript: explained({
      en: "It shows only a fixed number of bytes; the rest is dropped.",
      zh: "它只显示固定数目的字节，其余内容被丢弃。",
    }, "socket.pipe(process.stdout);"),
    java: explained({
      en: "It stops reading at a fixed number of bytes; the rest stays in the socket.",
      zh: "读到固定的字节数就停止了，其余内容留在套接字中。",
    }, "in.transferTo(System.out);"),
    go: explained({
      en: "It stops reading at a fixed number of bytes; the rest stays in the socket.",
      zh: "读到固定的字节数就停止了，其余内容留在套接字中。",
    }, "io.Copy(os.Stdout, conn)"),
  },
};

export const ONE_READ_OF_GREETING: Cause = {
  id: "one-read",
  in: {
    c: explained({
      en:
        "read() returns as soon as any bytes are there: the beginning of the greeting, perhaps. " +
        "Where the server closes behind its message, read until read() returns 0.",
      zh: "只要有数据到达，read() 就会返回，可能只是问候语的开头。" +
        "服务器发完即关闭连接，因此应一直读到 read() 返回 0。",
    }, "while ((n = read(sock, buf + len, sizeof buf - 1 - len)) > 0)\n    len += n;"),
    python: explained({
      en:
        "recv(n) returns as soon as any bytes are there: the beginning of the greeting, perhaps. " +
        'Read until recv() returns b"".',
      zh: "只要有数据到达，recv(n) 就会返回，可能只是问候语的开头。" +
        '应一直读到 recv() 返回 b""。',
    }, "while data := sock.recv(1024):\n    message += data"),
    javascript: explained(
      {
        en:
          'A "data" event brings whatever bytes are there: the beginning of the greeting, perhaps. ' +
          'The message is complete at "end".',
        zh: '"data" 事件带来的是当时已到达的数据，可能只是问候语的开头。' +
          '到 "end" 事件时消息才完整。',
      },
      'socket.on("data", (data) => message += data);\nsocket.on("end", () => console.log(message));',
    ),
    java: explained({
      en: "InputStream.read(buf) returns as soon as any bytes are there: the beginning of the " +
        "greeting, perhaps. Read until it returns -1.",
      zh: "只要有数据到达，InputStream.read(buf) 就会返回，可能只是问候语的开头。" +
        "应一直读到它返回 -1。",
    }, "byte[] message = in.readAllBytes();"),
    go: explained({
      en: "Conn.Read returns as soon as any bytes are there: the beginning of the greeting, " +
        "perhaps. Read until io.EOF.",
      zh: "只要有数据到达，Conn.Read 就会返回，可能只是问候语的开头。应一直读到 io.EOF。",
    }, "message, err := io.ReadAll(conn)"),
  },
};

export const PART_FOR_WHOLE: Cause = {
  id: "part-for-whole",
  in: {
    c: explained({
      en: "read() returned 0 before the reply was complete: the end of the stream. What has come " +
        "until then is a part of a reply, and an error, not a reply.",
      zh: "回复还没有收完，read() 就返回了 0，即流已结束。此前收到的只是半条回复，" +
        "应当作错误处理，而不是当作一条回复。",
    }, 'if (got < sent) {\n    fputs("server closed inside a reply\\n", stderr); exit(1);\n}'),
    python: explained({
      en: "At the end of the stream readline() gives what there is: a line without its newline. " +
        'Only a line that ends in "\\n" is whole.',
      zh: "流结束时，readline() 返回已有的内容：没有换行符的半行。" +
        '以 "\\n" 结尾的才是完整的一行。',
    }, 'if not reply.endswith(b"\\n"):\n    sys.exit("server closed inside a reply")'),
    javascript: explained({
      en:
        "What has come when the stream ends, without its newline, is a part of a reply: an error.",
      zh: "流结束时，没有换行符的内容只是半条回复，应当作错误处理。",
    }, 'socket.on("end", () => { if (buffer !== "") process.exitCode = 1; });'),
    java: explained({
      en:
        "At the end of the stream readLine() gives what there is, also without its newline: count " +
        "the bytes instead, and take fewer for an error.",
      zh: "流结束时，readLine() 返回已有的内容，即使没有换行符；" +
        "应改为按字节计数，不足即为错误。",
    }, "if (in.readNBytes(reply, 0, sent) < sent) System.exit(1);"),
    go: explained({
      en:
        "At the end of the stream ReadString gives what there is together with io.EOF: a part of " +
        "a reply, and an error.",
      zh: "流结束时，ReadString 返回已有的内容以及 io.EOF：这是半条回复，应当作错误处理。",
    }, "reply, err := in.ReadString('\\n')\nif err != nil { log.Fatal(err) }"),
  },
};
