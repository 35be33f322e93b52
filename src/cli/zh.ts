/**
 * Chinese for what is said: the sentences by the English ones, as `words` in failure.ts makes them.
 * Loaded only where Chinese is wanted. The terms are those of the book's Chinese edition.
 *
 * A sentence that changes in the code changes its key here: tests/chinese_test.ts tells which.
 *
 * @module
 */

/** Of tcplab, the chapter's programs, and what all programs have in common. */
export const ZH: Readonly<Record<string, string>> = {
  // tcplab
  "tcplab: chapter 4 of a TCP/IP textbook as tools":
    "tcplab：《TCP/IP网络编程》第 4 章的程序与工具",
  "greets one client and ends": "向一个客户端问好，然后结束",
  "prints what the server sends, however cut": "显示服务器发来的消息，不论分几次到达",
  "greets client after client": "依次向每个客户端问好",
  "sends every byte back, to five clients": "原样传回每个字节，依次服务五个客户端",
  "sends lines and compares what comes back": "逐行发送，并核对传回的内容",
  "shows and shapes what passes between two": "显示并改变两个程序之间传输的数据",
  "tries your own program, in any language": "测试你自己写的程序，不限语言",
  "loads a server, and compares every reply": "给服务器加上负载，并核对每条回复",
  "proves what the chapter says, and draws it": "用实验验证本章的论断，并画出图来",
  "all of them in a second, calls side by side": "一秒看完全部程序，双方的调用左右对照",
  "Usage: {0} <program> [argument ...]": "用法：{0} <程序> [参数 ...]",
  "{0} help <program>": "{0} help <程序>",
  "its arguments and options (or <program> --help)": "该程序的参数和选项（或 <程序> --help）",
  "{0} --lang zh": "{0} --lang en",
  "中文": "English",
  "Unknown program {0}": "没有名为 {0} 的程序",
  "  {0} alone lists the programs.": "  直接运行 {0} 会列出所有程序。",
  "Cannot load {0}": "无法加载 {0}",

  // The command line.
  "Usage: {0} [options]{1}{2}": "用法：{0} [选项]{1}{2}",
  "Arguments:": "参数：",
  "Options:": "选项：",
  "Examples:": "示例：",
  "Unknown option {0}": "没有 {0} 这个选项",
  'Unknown option "{0}"; the address says it: 127.0.0.1 is IPv4, ::1 is IPv6':
    '没有 "{0}" 这个选项；由地址决定：127.0.0.1 是 IPv4，::1 是 IPv6',
  "; --help lists the options": "；--help 会列出所有选项",
  "; did you mean {0}?": "；是不是想输入 {0}？",
  "Unexpected argument {0}": "多余的参数 {0}",
  "Missing argument <{0}>": "缺少参数 <{0}>",
  "Option --{0} needs a value ({1})": "选项 --{0} 后面要有值（{1}）",
  "Option --{0} takes no value": "选项 --{0} 不带值",
  "Cannot use {0} {1}: {2}": "{0} 不能是 {1}：{2}",
  "Cannot use {0}: no number here is negative": "不能使用 {0}：这里没有负数",
  "not a name or an address": "应为主机名或地址",
  "not a name or an address: leave out {0}": "应为主机名或地址，请去掉 {0}",
  "the port is an argument of its own, as in {0} {1}": "端口是单独的参数，应写成 {0} {1}",
  "not a whole number of at least {0}": "应为不小于 {0} 的整数",
  "not a whole number from {0} to {1}": "应为 {0} 到 {1} 之间的整数",
  "not a time such as 500ms, 30s or 5m": "应为时间，例如 500ms、30s 或 5m",
  "not a time from 1ms to 596h": "应为 1ms 到 596h 之间的时间",
  "not one of {0}": "应为 {0} 之一",
  "TIME": "时间",
  "ADDRESS": "地址",
  "LANG": "语言",
  "tell every call (socket, bind, accept, read …) and its client on stderr; =bytes: and the bytes that it moved":
    "在 stderr 上显示每次调用（socket、bind、accept、read……）及其客户端；=bytes 还显示收发的字节",
  'Option --{0} takes its value with "=": --{1}={2}': "选项 --{0} 的值要写在“=”后面：--{1}={2}",
  "language: en or zh (default: the system's; en with --json)":
    "语言：en 或 zh（默认：与系统相同；使用 --json 时为 en）",
  "show this text": "显示本帮助",
  "show the version": "显示版本",

  // Servers: their options.
  "port to listen on; 0 takes a free one": "要监听的端口；0 表示任选一个空闲端口",
  "address to listen on (default: 127.0.0.1, this machine alone; 0.0.0.0 is the book's INADDR_ANY)":
    "要监听的地址（默认：127.0.0.1，只接受本机的连接；0.0.0.0 即书中的 INADDR_ANY）",
  "length of the listen queue (default: 5, as in the book; 511 with --concurrent above 1)":
    "连接请求等待队列的长度（默认：5，与书中相同；--concurrent 大于 1 时为 511）",
  "end after N clients (default: {0})": "服务 N 个客户端后结束（默认：{0}）",
  "5, as in the book": "5，与书中相同",
  "no end": "不结束",
  "serve client after client, without end": "一个接一个地服务客户端，永不结束",
  "serve N clients at a time (default: 1, as in the book)":
    "同时服务 N 个客户端（默认：1，与书中相同）",
  "hang up on a client when no byte goes either way for TIME (500ms, 30s, 5m)":
    "双方在这段时间内没有收发任何字节时，断开该客户端（500ms、30s、5m）",
  "hang up on a client after TIME": "连接满这段时间后，断开该客户端",
  "serve at most N clients at a time from one address; refuse more":
    "同一地址最多同时服务 N 个客户端，多出的拒绝",
  "refuse clients from elsewhere (10.0.0.0/8, ::1; may be given again)":
    "拒绝来自其他地址的客户端（10.0.0.0/8、::1；可重复使用）",
  "how long clients may go on after the first signal (default: 5s)":
    "收到第一个信号后，客户端还可以继续多久（默认：5s）",
  "print every event as a JSON object on a line, instead of all else: listening, connected, closed, refused, error, summary (times in ms, sizes in bytes)":
    "每个事件输出一行 JSON 对象，不再输出其他内容：listening、connected、closed、refused、error、summary（时间单位为毫秒，大小单位为字节）",
  "print errors only, and where it listens if the port was 0":
    "只显示错误；端口为 0 时也显示实际监听的端口",
  "serve in N threads, as one server (Linux)": "用 N 个线程共同提供服务（Linux）",

  // Servers: what they say.
  "Listening on {0}": "正在监听 {0}",
  "Client {0} ({1}): {2}, {3}; {4}": "客户端 {0}（{1}）：{2}，用时 {3}；{4}",
  "{0} read, {1} written": "收到 {0}，发送 {1} 字节",
  "served to its end": "服务完毕",
  "idle for too long": "空闲太久",
  "here for too long": "连接时间太长",
  "the server stopped": "服务器停止",
  "Refused a client ({0}): {1}": "拒绝了一个客户端（{0}）：{1}",
  "its address is not allowed": "不允许该地址连接",
  "too many from its address": "来自该地址的客户端太多",
  "{0}: no more clients; those being served may finish":
    "收到 {0}：不再受理新的客户端；正在服务的可以继续完成",
  "Served {0}{1}{2}: {3}, {4}": "共服务 {0}{1}{2}：{3}，用时 {4}",
  "1 client": "1 个客户端",
  "{0} clients": "{0} 个客户端",
  ", {0} refused": "，拒绝 {0} 个",
  ", {0} broken off": "，中断 {0} 个",
  "Cannot accept a client: {0}": "无法受理客户端的连接请求：{0}",
  "Cannot use --forever and --clients together": "--forever 和 --clients 不能同时使用",
  "Cannot use --allow {0}: not an address or a network such as 10.0.0.0/8 or fd00::/8":
    "--allow 不能是 {0}：应为地址，或 10.0.0.0/8、fd00::/8 这样的网络",
  "Deno {0} ignores --backlog and takes 128; Deno 2.5 or later honours it":
    "Deno {0} 忽略 --backlog，总是用 128；Deno 2.5 起才有效",
  "The system cuts the listen queue from {0} to {1}; sysctl net.core.somaxconn={2} would let it be":
    "系统把连接请求等待队列的长度从 {0} 减到了 {1}；执行 sysctl net.core.somaxconn={2} 可以不受此限",
  "Cannot use --workers {0} with --concurrent {1}: give --concurrent {2} or more, a client for each thread":
    "--workers {0} 不能与 --concurrent {1} 一起使用：--concurrent 至少为 {2}，使每个线程都有一个客户端",
  "Cannot use --workers: only Linux deals out clients to threads, and this is {0}":
    "不能使用 --workers：只有 Linux 会把客户端分配给各个线程，而这里是 {0}",
  "Without it one thread serves all.": "不用它时，由一个线程服务所有客户端。",
  "Cannot use --workers: Deno was not told to let several threads share a port":
    "不能使用 --workers：没有让 Deno 允许多个线程共用一个端口",
  "Run it with deno run --allow-net --unstable-net.":
    "请用 deno run --allow-net --unstable-net 运行。",
  "Cannot use --workers: Deno was not allowed to read the code for its threads":
    "不能使用 --workers：Deno 没有读取线程代码的权限",
  "Run it with deno run --allow-net --allow-read --unstable-net.":
    "请用 deno run --allow-net --allow-read --unstable-net 运行。",

  // Clients.
  "name or address of the server": "服务器的主机名或地址",
  "its port": "服务器的端口",
  "give up connecting after TIME (500ms, 30s, 5m; default: when the system does, with --wait never)":
    "超过这段时间就放弃连接（500ms、30s、5m；默认：由系统决定，使用 --wait 时永不放弃）",
  "keep trying until the server is up: while nobody listens, its machine cannot be reached or its name is not known":
    "一直重试到服务器启动为止：没有程序在监听、主机无法到达或主机名还查不到时都会等待",
  "give up when the server is silent for TIME (default: never on a terminal, else 30s)":
    "服务器超过这段时间没有发来数据就放弃（默认：在终端上永不放弃，否则为 30s）",
  "Waiting for a server at {0}{1}": "正在等待 {0} 上的服务器{1}",
  " ({0})": "（{0}）",
  "{0} ({1})": "{0}（{1}）",
  "Server was silent for {0} s ({1})": "服务器已有 {0} s 没有发来数据（{1}）",
  "--reply-timeout sets how long to wait.": "--reply-timeout 可以设置等待多久。",
  "{0} byte": "{0} 字节",
  "{0} bytes": "{0} 字节",
  "{0} came": "已收到 {0}",

  // What can go wrong with the network.
  "Cannot bind {0}": "无法绑定 {0}",
  "Cannot connect to {0}": "无法连接 {0}",
  "{0}: {1}": "{0}：{1}",
  "connection refused": "连接被拒绝",
  "address already in use": "地址已被占用",
  "address not available": "地址不可用",
  "permission denied": "权限不足",
  "Deno was not allowed to use the network": "Deno 没有使用网络的权限",
  "network unreachable": "网络不可达",
  "host unreachable": "主机不可达",
  "timed out": "超时",
  "connection reset by the other side": "连接被对方复位",
  "connection aborted": "连接中止",
  "the other side has closed the connection": "对方已经关闭连接",
  "the other side was gone already": "对方已经不在",
  "is a directory": "这是一个目录",
  "a link-local address needs its interface": "链路本地地址必须带上网络接口",
  "no such interface, or not a link-local address": "没有这个网络接口，或者不是链路本地地址",
  "no address found for this name": "查不到这个主机名的地址",
  "Another program listens there. Give another port, or 0 to take any free one.":
    "已有其他程序在那里监听。请换一个端口，或用 0 任选一个空闲端口。",
  "No interface of this machine has that address. Give 127.0.0.1, or 0.0.0.0 for all.":
    "本机的网络接口都没有这个地址。请用 127.0.0.1；用 0.0.0.0 则监听所有地址。",
  "Every port that the system gives out (its ephemeral ports) is taken. End programs that hold some, or give a port outside their range.":
    "系统可以分配的端口（临时端口）全部被占用。请结束占用端口的程序，或指定这个范围以外的端口。",
  "Another program holds the port, or Windows has reserved it (netsh interface ipv4 show excludedportrange protocol=tcp lists those). Give another one, or 0 to take any free one.":
    "端口被别的程序占用，或被 Windows 保留（可用 netsh interface ipv4 show excludedportrange protocol=tcp 查看）。请换一个端口，或用 0 任选一个空闲端口。",
  "Ports below 1024 are for privileged programs. Give one from 1024 up.":
    "1024 以下的端口只供有特权的程序使用。请用 1024 或更大的端口。",
  "The rules of this machine forbid that port (SELinux, a sandbox, a raised limit of privileged ports). Give another one.":
    "本机的规则禁止使用这个端口（SELinux、沙箱，或特权端口的上限被调高）。请换一个端口。",
  "No server listens there yet. Start one, or let --wait wait for it.":
    "该地址还没有服务器在监听。请先启动服务器，或用 --wait 等待它。",
  "This machine has no way there. Look at the address and at its network.":
    "本机没有到达该地址的路径。请检查地址和本机的网络。",
  "This machine forbids it: by its firewall, or because the address is a broadcast address.":
    "本机禁止这样连接：可能是防火墙的规则，也可能因为这是广播地址。",
  "That address is for servers to listen on. Give 127.0.0.1, or the server's own.":
    "这个地址只用于监听。请用 127.0.0.1，或服务器自己的地址。",
  "All local ports for connections to there are taken: end programs that hold some, or wait a minute for those just closed.":
    "本机可用来连接该地址的端口全部被占用：请结束占用端口的程序，或等一分钟，让刚关闭的连接释放端口。",
  "This machine has no IPv6 there (give an IPv4 address), or all local ports for connections to there are taken: end programs that hold some, or wait a minute for those just closed.":
    "本机没有到达该地址的 IPv6 网络（请用 IPv4 地址），或者本机可用来连接该地址的端口全部被占用：请结束占用端口的程序，或等一分钟，让刚关闭的连接释放端口。",
  "Look at the name, or give an address such as 127.0.0.1.":
    "请检查主机名，或直接给出地址，例如 127.0.0.1。",
  "Run it with deno run --allow-net, or -N for short.":
    "请用 deno run --allow-net 运行，简写为 -N。",
  'Give it behind a "%": {0}%12, its number.': "请写在“%”后面：{0}%12，即接口的编号。",
  'Give it behind a "%": {0}%eth0.': "请写在“%”后面：{0}%eth0。",
  'Behind the "%" stands an interface of this machine, for addresses such as fe80::1 alone.':
    "“%”后面应是本机的网络接口，而且只用于 fe80::1 这样的地址。",

  // The calls of a trace.
  "{0}({1}) waits": "{0}({1}) 等待",
  "0, end of stream": "0，数据流结束",
  "from {0}": "从 {0}",

  // What can go wrong with other programs, output and files.
  "Cannot start {0}: {1}": "无法启动 {0}：{1}",
  "1 line was not shown": "有 1 行没有显示",
  "{0} lines were not shown": "有 {0} 行没有显示",
  "Cannot write to stdout": "无法写入 stdout",
  "Cannot write to stdout: nobody reads it": "无法写入 stdout：没有程序读取它",
  "Cannot write to stdout: it is full, and another program has made it non-blocking":
    "无法写入 stdout：它已满，而且被别的程序设成了非阻塞模式",
  "With | cat behind it, it is this program's own.": "在后面加上 | cat，stdout 就只归本程序使用。",
  "This is a fault of tcplab: {0}{1}": "这是 tcplab 自身的错误：{0}{1}",
  "Cannot write {0}: {1}": "无法写入 {0}：{1}",
  "another program has it open": "文件正被别的程序打开",
  "permission denied, or another program has it open": "权限不足，或文件正被别的程序打开",
  "no more may be written, the quota is used up": "磁盘配额已用完，不能再写入",
  "the file exists": "文件已存在",
  "--force overwrites it.": "用 --force 可以覆盖它。",
  "the file exists, and Deno was not allowed to replace it": "文件已存在，而 Deno 没有替换它的权限",
  "it would be larger than a file may be": "超过了文件大小的上限",
  "it is a folder": "这是一个目录",
  "no such folder": "没有这个目录",
  "no space left on the disk": "磁盘空间不足",
  "nothing can be written to this file system": "这个文件系统不能写入",
  "it is a symbolic link": "这是一个符号链接",
  "Give the file that it leads to, or remove it.": "请直接给出它指向的文件，或删除这个链接。",
  "it is no file but a device, a pipe or a socket": "这不是普通文件，而是设备、管道或套接字",
  "interrupted": "被中断",
  "Deno was not allowed to write files": "Deno 没有写文件的权限",
  "deno run needs --allow-read={0} and --allow-write={1} for it.":
    "为此 deno run 需要 --allow-read={0} 和 --allow-write={1}。",
  "The executable writes where it is run, and below. Give a file there.":
    "这个可执行文件只能写到运行时所在的目录及其下级目录。请给出那里的文件。",

  // What the chapter's programs do.
  'Accepts one client, writes "Hello World!" (12 bytes, no newline), and ends.':
    "受理一个客户端的连接请求，发送“Hello World!”（12 字节，不带换行符），然后结束。",
  'Writes "Hello World!" to client after client, until it is stopped.':
    "依次向每个客户端发送“Hello World!”，直到被停止。",
  "Connects, prints what the server sends until it ends, and ends.":
    "连接服务器，显示它发来的全部内容，直到数据流结束，然后结束。",
  "Sends every byte back as it came: one client at a time, five in all, then ends.":
    "把收到的每个字节原样传回：同一时刻只服务一个客户端，共服务五个，然后结束。",
  "Sends lines to an echo server and prints what comes back, until Q or q alone on a line, or the end of input. Every reply is compared with what was sent.":
    "把输入的每一行发送给回声服务器，并显示传回的内容，直到某一行只有 Q 或 q，或者输入结束。每条回复都与发送的内容逐字节核对。",
  "print the message alone, byte for byte": "只输出消息本身，一个字节也不增减",
  "print the replies alone, byte for byte": "只输出回复本身，一个字节也不增减",
  "refuse a line of more than N bytes (default: 65536 on a terminal, else any)":
    "拒绝超过 N 字节的行（默认：在终端上为 65536，否则不限）",
  "send lines with Q alone, too: only the end of input ends it":
    "只有 Q 的行也照样发送：输入结束时才结束",
  "then, in another terminal: {0} 127.0.0.1 9190": "然后在另一个终端运行：{0} 127.0.0.1 9190",
  "with a hello_server there": "先运行 hello_server",
  "until Ctrl-C": "按 Ctrl-C 停止",
  "ends after three clients": "服务三个客户端后结束",
  "the book's: then, in another terminal, {0} 127.0.0.1 9190":
    "与书中相同：然后在另一个终端运行 {0} 127.0.0.1 9190",
  "a server to leave running, on any free port": "可以长期运行的服务器，任选一个空闲端口",
  "the book's dialogue, with an echo_server there": "与书中相同的对话，先运行 echo_server",
  "many lines in flight": "多行同时在途",
  "any bytes": "可以是任意字节",
  "Cannot read the message to its end": "未能收完消息",
  "Server closed the connection without a message (0 bytes came)":
    "服务器没有发送消息就关闭了连接（收到 0 字节）",
  "echo_client: Still waiting: {0} of {1} came": "echo_client: 还在等待：{1}中已收到 {0} 字节",
};
