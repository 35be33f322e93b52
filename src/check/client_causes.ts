/**
 * Why clients do not show what came, or break down, and how to mend it.
 *
 * @module
 */

import { type Cause, explained } from "./case.ts";

export const NOT_SHOWN: Cause = {
  id: "not-shown",
  in: {
    c: explained({
      en: "What read() gave is not printed as it came: it is no string until a NUL stands behind " +
        "it, and only its return value says where.",
      zh: "read() 读到的内容没有原样输出：在它后面加上 NUL 之前，它还不是字符串，" +
        "而加在哪里只有返回值知道。",
    }, 'message[n] = 0;\nprintf("Message from server: %s", message);'),
    python: explained({
      en: "What recv() gave is not printed.",
      zh: "recv() 得到的内容没有输出。",
    }, 'print("Message from server:", reply.decode(), end="")'),
    javascript: explained(
      { en: "What came is not printed.", zh: "收到的内容没有输出。" },
      "console.log(`Message from server: ${reply}`);",
    ),
    java: explained(
      { en: "What read() gave is not printed.", zh: "read() 得到的内容没有输出。" },
      'System.out.println("Message from server: " + reply);',
    ),
    go: explained(
      { en: "What Read gave is not printed.", zh: "Read 得到的内容没有输出。" },
      'fmt.Println("Message from server:", reply)',
    ),
  },
};

export const SHOWS_SENT: Cause = {
  id: "shows-sent",
  in: {
    c: explained(
      {
        en:
          "It prints the buffer that it sent, not the one that read() filled. So it shows an echo " +
          "even where none comes.",
        zh: "它输出的是发送用的缓冲区，而不是 read() 填充的那个。这样即使没有回声，" +
          "看上去也像是收到了。",
      },
      'n = read(sock, reply, sizeof reply - 1);\nprintf("Message from server: %.*s", (int)n, reply);',
    ),
    python: explained({
      en: "It prints the line that it sent, not what recv() returned.",
      zh: "它输出的是自己发送的那一行，而不是 recv() 返回的内容。",
    }, 'reply = replies.readline()\nprint("Message from server:", reply.decode(), end="")'),
    javascript: explained({
      en: "It prints the line that it sent, not the one that came.",
      zh: "它输出的是自己发送的那一行，而不是收到的内容。",
    }, "console.log(`Message from server: ${reply}`);"),
    java: explained({
      en: "It prints the line that it sent, not the one that came.",
      zh: "它输出的是自己发送的那一行，而不是收到的内容。",
    }, 'System.out.println("Message from server: " + reply);'),
    go: explained({
      en: "It prints the line that it sent, not the one that came.",
      zh: "它输出的是自己发送的那一行，而不是收到的内容。",
    }, 'fmt.Println("Message from server:", reply)'),
  },
};

export const GREETING_NOT_SHOWN: Cause = {
  id: "greeting-not-shown",
  in: {
    c: explained({
      en: "What read() gave is not printed as it came: only its return value says how many bytes " +
        'there are, and printf("%s") needs a NUL behind them.',
      zh: "read() 读到的内容没有原样输出：有多少字节只有返回值知道，" +
        '而 printf("%s") 要求后面有 NUL。',
    }, 'buf[n] = 0;\nprintf("Message from server: %s \\n", buf);'),
    python: explained({
      en: "What recv() gave is not printed.",
      zh: "recv() 得到的内容没有输出。",
    }, 'print("Message from server:", message.decode())'),
    javascript: explained({
      en: "What came is not printed.",
      zh: "收到的内容没有输出。",
    }, "console.log(`Message from server: ${message}`);"),
    java: explained(
      { en: "What read() gave is not printed.", zh: "read() 得到的内容没有输出。" },
      'System.out.println("Message from server: " + message);',
    ),
    go: explained(
      { en: "What Read gave is not printed.", zh: "Read 得到的内容没有输出。" },
      'fmt.Println("Message from server:", message)',
    ),
  },
};

/** What ends by a signal in these languages is what runs the program, not the program itself. */
const RUNTIME_ENDED = Object.fromEntries(
  (["python", "javascript", "java", "go"] as const).map((language) => [
    language,
    explained({
      en: "What runs the program broke down beneath it: no memory was left, or native code went " +
        "wrong. What it printed last says more.",
      zh: "运行这个程序的环境崩溃了：内存耗尽，或者本地代码出错。它最后的输出里有更多信息。",
    }, `${language === "python" ? "#" : "//"} tcplab check --show: what it printed last`),
  ]),
);

export const OVERFLOW: Cause = {
  id: "overflow",
  in: {
    c: explained({
      en:
        'gets() and scanf("%s") write past the end of the buffer when a line is longer; so does ' +
        "message[n] = 0 when n is the size of the buffer.",
      zh: '一行过长时，gets() 和 scanf("%s") 会写到缓冲区之外；' +
        "n 等于缓冲区大小时，message[n] = 0 也会越界。",
    }, "fgets(message, BUF_SIZE, stdin);\nn = read(sock, message, BUF_SIZE - 1);"),
    ...RUNTIME_ENDED,
  },
};

export const CRASH: Cause = {
  id: "crash",
  in: {
    c: explained(
      {
        en:
          "It used memory that is not its own: message[n] where read() returned -1 or the size of " +
          "the buffer, a NULL of fgets(), an address of a server that was not found; or, with SIGABRT, " +
          "an assert() did not hold, nobody caught a C++ exception (std::terminate()), or a library " +
          "found memory damaged.",
        zh: "它访问了不属于自己的内存：read() 返回 -1 或恰好等于缓冲区大小时的 message[n]，" +
          "fgets() 返回的 NULL，未找到的服务器地址；如果是 SIGABRT，则是 assert() 不成立，" +
          "C++ 异常没有被捕获（std::terminate()），或者库函数发现内存已被破坏。",
      },
      "gcc -g -Wall -Wextra -fsanitize=address,undefined client.c\n# started again, it names the line",
    ),
    ...RUNTIME_ENDED,
  },
};
