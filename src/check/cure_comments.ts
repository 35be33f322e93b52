/**
 * The comments in the code of cures, in Chinese: a comment often says what matters, and it is
 * read in the language of the rest.
 *
 * @module
 */

import type { Text } from "../draw/figure.ts";

/** By their words in English. What is code alone stays as it is. */
const IN_CHINESE: Record<string, string> = {
  "0: end, -1: error": "0：流结束，-1：出错",
  "ConnectionResetError, BrokenPipeError": "ConnectionResetError、BrokenPipeError",
  "Deno: conn.read() in a loop; conn.readable would close all at its end":
    "Deno：循环调用 conn.read()；conn.readable 读完会关闭整个连接",
  "Python's own default": "Python 默认就是这样",
  "ReadBytes keeps the newline, Scanner does not": "ReadBytes 保留换行符，Scanner 不保留",
  "a Scanner refuses lines of 64 KiB": "Scanner 拒绝 64 KiB 的行",
  "after every line, with bufio.Writer": "使用 bufio.Writer 时，每行之后调用",
  "all n bytes, no bytes.Trim": "全部 n 个字节，不要 bytes.Trim",
  "all n bytes: trim() removes NULs, too": "全部 n 个字节：trim() 会连 NUL 一起去掉",
  "also if there is nothing but a newline": "只有一个换行符时也要发回",
  'also without "data" before it': '即使之前没有 "data" 事件',
  "and no SO_LINGER of 0": "也不要设置时间为 0 的 SO_LINGER",
  "and no SetLinger(0)": "也不要 SetLinger(0)",
  "and no setSoLinger(true, 0)": "也不要 setSoLinger(true, 0)",
  "and on to the next accept()": "然后回到 accept()",
  "at the beginning of main()": "放在 main() 开头",
  "b'' is the end of the stream": "b'' 表示流已结束",
  "before Write": "在 Write 之前",
  "before bind():": "在 bind() 之前：",
  "before bind(); with socketserver: allow_reuse_address = True":
    "在 bind() 之前；用 socketserver 时：allow_reuse_address = True",
  "before out.println()": "在 out.println() 之前",
  "before sendall()": "在 sendall() 之前",
  "before socket.write()": "在 socket.write() 之前",
  "before write()": "在 write() 之前",
  "behind the loop; after fork() the parent, too": "放在循环之后；fork() 后父进程也要关闭",
  "behind what came": "接在已读到的内容后面",
  "bytes, no []rune": "用字节，不用 []rune",
  "connect: Connection refused": "输出：connect: Connection refused",
  "data itself, not data.strip()": "判断 data 本身，而不是 data.strip()",
  "else it is thrown": "没有监听函数就会抛出",
  "ends at the end of the input": "输入结束时循环结束",
  "events, no setImmediate() loop": "用事件，不用 setImmediate() 循环",
  "exits with 1": "以 1 退出",
  "from this client's function; no log.Fatal": "只从处理该客户端的函数返回；不要 log.Fatal",
  "gcc -g -fsanitize=address shows the line": "用 gcc -g -fsanitize=address 编译，可指出是哪一行",
  "io.EOF is the end": "io.EOF 表示流已结束",
  "n, as read() returned it": "n 是 read() 的返回值",
  "n, not sizeof buf": "是 n，不是 sizeof buf",
  "n, not strlen(buf)": "是 n，不是 strlen(buf)",
  "no feof()": "不用 feof()",
  "no Reader, no Writer": "不用 Reader 和 Writer",
  "no decode(), no encode()": "不要 decode()，也不要 encode()",
  "no newline yet: the beginning of the next": "还没有换行符：下一条的开头",
  "no second try": "不再重试",
  "no server.close(), no process.exit()": "不要 server.close()，也不要 process.exit()",
  "no setEncoding(), no toString()": "不要 setEncoding()，也不要 toString()",
  "no strip()": "不要 strip()",
  "no strlen(), no newline added": "不用 strlen()，也不添加换行符",
  "no trim()": "不要 trim()",
  "not: reply = data": "不是 reply = data",
  'not at "end"': '不是在 "end" 事件里',
  "not await serve(conn)": "不要 await serve(conn)",
  'not bytes + "\\n"': '不是 bytes + "\\n"',
  "not data.strip() + b'\\n'": "不是 data.strip() + b'\\n'",
  'not in "end" of the client': '不要等客户端的 "end" 事件',
  "not len(text) == 0": "不是 len(text) == 0",
  "not line.isEmpty()": "不是 line.isEmpty()",
  "not once()": "不是 once()",
  "not print()": "不是 print()",
  "not resetAndDestroy()": "不是 resetAndDestroy()",
  "not selectNow()": "不是 selectNow()",
  "not sizeof buf - got": "不是 sizeof buf - got",
  "not void": "不是 void",
  "on to the next client": "去服务下一个客户端",
  "once, after connect()": "只做一次，在 connect() 之后",
  "once, before the loop": "只做一次，在循环之前",
  "only behind the loop": "只放在循环之后",
  "or Close(): the end of the stream": "或者 Close()：流的结束",
  "or close(): the end of the stream": "或者 close()：流的结束",
  "or new PrintWriter(stream, true)": "或者 new PrintWriter(stream, true)",
  "or out.write(buf, 0, n)": "或者 out.write(buf, 0, n)",
  "or readLine()": "或者 readLine()",
  "or selectors: sel.select() without a timeout": "或者用 selectors：sel.select()，不设超时",
  "or try (Socket s = server.accept()) { … }": "或者 try (Socket s = server.accept()) { … }",
  "or: with conn: …": "或者 with conn: …",
  "raises ValueError": "会抛出 ValueError",
  "read() returns -1, readLine() null at the end": "流结束时 read() 返回 -1，readLine() 返回 null",
  "readLine() cut it off": "readLine() 去掉了换行符",
  "rest: of the next": "rest：属于下一条",
  "returns what is there": "返回当时已有的数据",
  "room for the 0": "给 0 留出位置",
  "send() may take a part only": "send() 可能只发送一部分",
  "serv_sock stays open": "serv_sock 保持打开",
  "serve it": "为客户端服务",
  "set anew for every client": "每个客户端重新设置",
  "started again, it names the line": "再次运行，它会指出是哪一行",
  "stderr, exit code 1": "输出到 stderr，退出码 1",
  "stdin := bufio.NewReader(os.Stdin)": "stdin := bufio.NewReader(os.Stdin)",
  "stdin := bufio.NewScanner(os.Stdin)": "stdin := bufio.NewScanner(os.Stdin)",
  "stdio: fflush(fp) after fputs()": "标准 I/O：fputs() 之后 fflush(fp)",
  "tcplab check --show: the stack names the line": "tcplab check --show：调用栈指出了是哪一行",
  "tcplab check --show: the stack of the goroutine names the line":
    "tcplab check --show：goroutine 的调用栈指出了是哪一行",
  "tcplab check --show: the stack trace names the line":
    "tcplab check --show：调用栈指出了是哪一行",
  "tcplab check --show: the traceback names the line":
    "tcplab check --show：traceback 指出了是哪一行",
  "tcplab check --show: what it printed last": "tcplab check --show：看它最后的输出",
  "the bytes as they came": "原样的字节",
  "the bytes, not split at b'\\0'": "原样的字节，不在 b'\\0' 处截断",
  'the bytes, not split("\\0")': '原样的字节，不要 split("\\0")',
  "the last NULL: waits until there is something": "最后的 NULL：一直等到有事件发生",
  "this client is gone": "只是此客户端断开",
  "throws": "会抛出异常",
  "until the client closes": "直到客户端关闭",
  "what read() returned, not strlen()": "是 read() 的返回值，不是 strlen()",
  "what the program has started ends with it": "程序启动的进程要随它一起结束",
  'where its newline was cut off: "q", "Q"': '如果已去掉换行符，则是 "q"、"Q"',
  "while a reply is due": "还在等待回复时",
  "with makefile(): f.write(line); f.flush()": "用 makefile() 时：f.write(line); f.flush()",
  "with the newline that came": "连同收到的换行符",
  "without default:": "不要 default:",
  "without its newline": "不含换行符",
};

/** The words of a comment, between its marks: of C, of C and its kin to the end of the line, of Python. */
const COMMENT = /(\/\*\s*)(.+?)(\s*\*\/)|((?:^|\s)(?:\/\/|#)\s+)(.+)$/gm;

/** A cure in both languages. */
export function cureText(cure: string): Text {
  const zh = cure.replace(COMMENT, (all, open, inner, close, mark, rest) => {
    const words = IN_CHINESE[inner ?? rest];
    if (words === undefined) return all;
    return inner === undefined ? mark + words : open + words + close;
  });
  return { en: cure, zh };
}

/** Comments of a cure that have no Chinese yet. */
export function untranslatedIn(cure: string): string[] {
  return [...cure.matchAll(COMMENT)].map(([, , inner, , , rest]) => inner ?? rest)
    .filter((words) => !Object.hasOwn(IN_CHINESE, words));
}
