/**
 * Chinese for the help of relay and its errors; see src/cli/zh.ts. What it shows of the bytes has
 * both languages at hand: words.ts.
 *
 * @module
 */

/** The sentences by the English ones. */
export const ZH: Readonly<Record<string, string>> = {
  "Stands between clients and a server: clients of <port> reach <host> <server-port>, and every piece of bytes is shown as it passes; cut, gathered, delayed or damaged, if you like.":
    "位于客户端和服务器之间：连接到 <port> 的客户端会到达 <host> <server-port>，经过的每段字节都会显示；还可以把它们切开、合并、延迟或损坏。",
  "relay N clients at a time (default: 1000)": "同时中继 N 个客户端（默认：1000）",
  "without end": "不结束",
  "print every event as a JSON object on a line, with the bytes in base64, instead of all else: listening, connected, read, write, half-close, closed, unreachable, refused, error, summary":
    "每个事件输出一行 JSON 对象，字节用 base64 表示，不再输出其他内容：listening、connected、read、write、half-close、closed、unreachable、refused、error、summary",
  "hand on at most N bytes at a time; N-M: N to M at random":
    "每次最多转发 N 字节；N-M 表示在 N 到 M 之间随机",
  "how long to wait between two such pieces (default: 5ms)": "这样的两段之间等待多久（默认：5ms）",
  "hold what comes for TIME, and hand it on in one write":
    "把到达的数据保留这段时间，再用一次 write 转发",
  "hand on each piece later by TIME; TIME~SPREAD: give or take SPREAD, in order":
    "每一段都延迟这段时间再转发；写成“时间~幅度”则上下浮动，次序不变",
  "hand on N bytes a second (64k, 1M)": "每秒转发 N 字节（64k、1M）",
  "hand on N bytes and then nothing more; nothing is closed until one side ends":
    "转发 N 字节后不再转发；一方结束之前不关闭连接",
  "end the connection in order after N bytes": "N 字节后正常结束连接",
  "reset the connection after N bytes": "N 字节后复位连接",
  "damage the N-th byte": "损坏第 N 个字节",
  "WAY": "方向",
  "do so on the way to-server or to-client alone": "只对一个方向这样做：to-server 或 to-client",
  "refuse the first N clients (default: 0)": "拒绝前 N 个客户端（默认：0）",
  "the same random numbers for the same N": "N 相同，随机数就相同",
  "pass a reset on as a reset, not as an end, and let the page's be one (Deno 2.7; slower: a quarter in bulk)":
    "收到的复位仍作为复位转达，而不是当作结束；网页上的复位也是真正的复位（Deno 2.7；较慢：大量数据时只有四分之一）",
  "give up connecting to the server after TIME (default: 10s)":
    "超过这段时间就放弃连接服务器（默认：10s）",
  "show the bytes as a hex dump": "用十六进制显示字节",
  "show the time of day, to set beside other programs' output":
    "显示当时的钟点，便于与其他程序的输出对照",
  "FILE": "文件",
  "keep all events in FILE, as --json prints them":
    "把所有事件记录到文件，格式与 --json 的输出相同",
  "overwrite FILE if it exists": "文件已存在时覆盖它",
  "PORT": "端口",
  "serve a page that shows it live; 0 takes a free port; its address has a token that lets its reader change something":
    "提供一个实时显示的网页；0 表示任选一个空闲端口；网址中的令牌使看网页的人可以改变设置",
  "address of the page (default: 127.0.0.1, this machine alone)":
    "网页的地址（默认：127.0.0.1，只限本机）",
  "then, in another terminal: {0} 127.0.0.1 9191": "然后在另一个终端运行：{0} 127.0.0.1 9191",
  "the mistake of 4.3.3 is there for all to see": "4.3.3 的错误一目了然",
  "a slow network": "慢速网络",
  "what relay --record FILE has kept, shown again": "重新显示 relay --record FILE 记录的内容",
  "{0} --replay FILE shows what a relay has recorded, as it was shown then.":
    "{0} --replay FILE 按当时的样子，重新显示中继记录的内容。",
  "the recording, made by relay --record FILE": "记录文件，由 relay --record FILE 生成",
  "so many times as fast (default: 1; 0.5 is half as fast)":
    "速度的倍数（默认：1；0.5 是一半的速度）",
  "show the time of day": "显示当时的钟点",
  "print one JSON object an event, as the recording has them":
    "每个事件输出一个 JSON 对象，与记录中的相同",
  "show the last line alone": "只显示最后一行",
  "at its own speed": "用原来的速度",
  "ten times as fast": "用十倍的速度",
  "on the page, until Ctrl-C": "在网页上显示，按 Ctrl-C 停止",

  "Relaying to {0}": "转发到 {0}",
  "Random numbers of --seed {0}": "随机数来自 --seed {0}",
  "Page at {0}": "网页地址：{0}",
  "{0}: no more clients; those being relayed may finish":
    "收到 {0}：不再受理新的客户端；正在中继的可以继续完成",
  "Deno {0} cannot reset a connection: it is closed instead (Deno 2.7 can)":
    "Deno {0} 无法复位连接，改为关闭（Deno 2.7 可以复位）",
  "Cannot connect to {0}: {1}": "无法连接 {0}：{1}",
  "Cannot serve the page on {0}": "无法在 {0} 提供网页",
  "Cannot use --gather and --cut together: one joins what the other parts":
    "--gather 和 --cut 不能同时使用：一个合并，一个切开",
  "Option --{0} needs --{1}": "选项 --{0} 要与 --{1} 一起使用",
  "Cannot use --{0} and --json together: the objects of --json are always the same":
    "--{0} 和 --json 不能同时使用：--json 的对象总是一样的",
  "Cannot use --close-after and --reset-after together: a connection ends in one way":
    "--close-after 和 --reset-after 不能同时使用：连接只能以一种方式结束",
  "not a number of bytes such as 5, or 1-20": "应为字节数，例如 5，或 1-20",
  "not a time such as 100ms, or 100ms~20ms": "应为时间，例如 100ms，或 100ms~20ms",
  "not a number of bytes such as 500, 64k or 1M": "应为字节数，例如 500、64k 或 1M",
  "not a number from 0.01 to 10000": "应为 0.01 到 10000 之间的数",
  "Cannot record any more in {0}: {1}; the relay goes on": "无法继续记录到 {0}：{1}；中继照常工作",
  "Cannot write {0} to its end: {1} ({2} events are in it, {3} are not)":
    "未能写完 {0}：{1}（其中有 {2} 个事件，缺少 {3} 个）",
  "Cannot write {0}: Deno lets a program write there with all permissions alone, and relay gives some up":
    "无法写入 {0}：Deno 只允许拥有全部权限的程序写入那里，而中继会放弃一部分权限",
  "Give another file; --json prints the same on stdout.":
    "请给出另一个文件；--json 会把同样的内容输出到 stdout。",
  "Cannot read {0} to its end: it ends within line {1}, as where a relay was killed or the disk was full":
    "未能读完 {0}：文件在第 {1} 行中间结束，中继被强行终止或磁盘写满时会这样",
  "Cannot read {0}: {1}": "无法读取 {0}：{1}",
  "Deno was not allowed to read files": "Deno 没有读文件的权限",
  "no such file": "没有这个文件",
  "deno run needs --allow-read for it.": "为此 deno run 需要 --allow-read。",
  "Cannot read {0}: line {1} is no event of a relay ({2})":
    "无法读取 {0}：第 {1} 行不是中继的事件（{2}）",
  "{0} --record FILE makes recordings.": "用 {0} --record FILE 可以生成记录。",
};
