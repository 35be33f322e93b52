/**
 * Chinese for the help of bench and its errors; see src/cli/zh.ts. What it measures has both
 * languages at hand: words.ts.
 *
 * @module
 */

/** The sentences by the English ones. */
export const ZH: Readonly<Record<string, string>> = {
  "Loads an echo server and compares every byte of every reply: messages a second, latencies, fairness. Exit code 1 if a byte was wrong, or a connection failed.":
    "给回声服务器加上负载，并核对每条回复的每个字节：每秒消息数、延迟、公平性。有字节出错或连接失败时，退出码为 1。",
  "on N connections at a time (default: 1)": "同时使用 N 条连接（默认：1）",
  "measure for TIME (default: 5s)": "测量多长时间（默认：5s）",
  "or until N messages (of all connections) are answered":
    "或者测到 N 条消息（所有连接合计）得到回复为止",
  "BYTES": "字节数",
  "of each message (default: 64); 1-4096: of random length":
    "每条消息的长度（默认：64）；1-4096 表示长度随机",
  "N messages under way on each connection (default: 1)":
    "每条连接上同时有 N 条消息在途（默认：1）",
  "send N messages a second, whatever the server does; latencies count from the time when a message was due. Without it each waits for the reply to the one before":
    "不论服务器快慢，每秒发送 N 条消息；延迟从消息应当发送的时刻算起。没有这个选项时，收到前一条的回复后才发下一条",
  "messages are lines: printable, with a newline at the end":
    "每条消息是一行：由可显示的字符组成，以换行符结尾",
  "clients a second: connect, one byte there and back, close, again and again":
    "测量每秒客户端数：反复进行连接、收发一个字节、关闭",
  "what is answered in the first TIME does not count (default: 300ms)":
    "开头这段时间内的回复不计入（默认：300ms）",
  "send from N threads (default: 1; more need --allow-read)":
    "用 N 个线程发送（默认：1；多于 1 个需要 --allow-read）",
  "keep trying until the server is up": "一直重试到服务器启动为止",
  "give up connecting after TIME (default: 10s)": "超过这段时间就放弃连接（默认：10s）",
  "give up a connection on which a reply is due and nothing comes for TIME (default: 10s)":
    "等待回复时，超过这段时间没有数据到达就放弃该连接（默认：10s）",
  "CMD": "命令",
  "start this server ({port} is replaced, or follows), measure it, end it; give it once for each server: they are measured in turns, and told as ratios to the first":
    "启动这个服务器（{port} 会被替换，否则端口加在后面），测量，再结束它；每个服务器写一次：轮流测量，结果表示为与第一个的比值",
  "of --compare: measure each server N times, and take medians (default: 5)":
    "用于 --compare：每个服务器测量 N 次，取中位数（默认：5）",
  "print one JSON object instead of all else (times in ms)":
    "只输出一个 JSON 对象（时间单位为毫秒）",
  "FILE": "文件",
  "also write a page with pictures to FILE (needs --allow-read, --allow-write)":
    "另外把图写成一个网页文件（需要 --allow-read 和 --allow-write）",
  "overwrite FILE if it exists": "文件已存在时覆盖它",
  "one connection, for 5 s": "一条连接，5 s",
  "latencies at 20,000 messages a second": "每秒 20,000 条消息时的延迟",
  "clients a second": "每秒客户端数",
  "your own server beside ours": "把你的服务器与我们的放在一起比较",

  "Cannot use {0} and {1} together": "{0} 和 {1} 不能同时使用",
  "Cannot use --compare and <host>: it starts the servers by itself":
    "--compare 不能与 <host> 同时使用：它会自己启动服务器",
  "Cannot use --rounds without --compare": "--rounds 只能与 --compare 一起使用",
  "Cannot use --messages {0} with --workers {1}":
    "--messages {0} 不能与 --workers {1} 一起使用：消息比线程还少",
  "Cannot use --workers {0} with --connections {1}: give --connections {2} or more, one for each thread":
    "--workers {0} 不能与 --connections {1} 一起使用：--connections 至少为 {2}，使每个线程都有一条连接",
  "Run it with deno run --allow-net --allow-read.": "请用 deno run --allow-net --allow-read 运行。",
  "not a number of bytes from 1 to {0}, or 1-4096": "应为 1 到 {0} 之间的字节数，或 1-4096",
  "Cannot measure {0}: it answers nobody at {1}": "无法测量 {0}：它在 {1} 没有任何应答",
  "Cannot measure {0}: it ended with {1} before it answered":
    "无法测量 {0}：它还没有应答就结束了（{1}）",
  "exit code {0}": "退出码 {0}",
  "It said: {0}": "它的输出是：{0}",
};
