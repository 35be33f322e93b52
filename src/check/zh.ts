/**
 * Chinese for the help of check and its errors; see src/cli/zh.ts. What it draws has both languages
 * at hand: words.ts, and the cases themselves.
 *
 * @module
 */

/** The sentences by the English ones. */
export const ZH: Readonly<Record<string, string>> = {
  "Tries a program of your own, in any language, over real sockets: for each thing that the chapter says, whether it holds, what was sent and what came, the likely cause, and how to mend it. Exit code 0 if all holds that the book asks for.":
    "用真实的套接字测试你自己写的程序，不限语言：逐项检验本章的要求是否做到，发送了什么、收到了什么，最可能的原因是什么，应当怎样改正。书中的要求全部做到时退出码为 0。",
  "what your program is: {0}": "你的程序是哪一种：{0}",
  "what starts your program; {host} and {port} are replaced, or the book's arguments follow: <port>, or <IP> <port>. Or the IP:port of a server that runs already":
    "启动你的程序的命令；其中的 {host} 和 {port} 会被替换，否则在后面加上书中的参数：<port>，或 <IP> <port>。也可以是已在运行的服务器的地址，例如 127.0.0.1:9190",
  "show the cases, and run nothing": "列出测试项目，不运行",
  "try this case, or those of this section (4.3.3); may be given again":
    "只测试这一项，或这一节（4.3.3）的各项；可重复使用",
  "robust cases count for the exit code, too": "robust 各项也计入退出码",
  "how long your program may be silent (default: 5s)": "你的程序可以多久没有动静（默认：5s）",
  "the port your program takes, if it is fixed": "你的程序使用的端口，如果它是固定的",
  "show what your program printed, too": "同时显示你的程序的输出",
  "print one JSON object a case, then a summary": "每一项输出一个 JSON 对象，最后输出汇总",
  "FILE": "文件",
  "also write a JUnit report to FILE (needs --allow-read, --allow-write)":
    "另外写一份 JUnit 报告（需要 --allow-read 和 --allow-write）",
  "also write a page with pictures to FILE (needs the same)":
    "另外写一个带图的网页（需要同样的权限）",
  "overwrite these files if they exist": "这些文件已存在时覆盖它们",
  '; options of your own program go behind "--"': "；你自己程序的选项要放在“--”后面",
  "runs ./my_echo_server PORT, as in the book": "像书中那样，以端口为参数运行它",
  "in any language": "不限语言",
  'options go behind "--"': "选项放在“--”后面",
  "one that runs already": "已在运行的程序",
  "the cases, without running anything": "列出测试项目，什么也不运行",
  "Missing the command that starts your program": "缺少启动你的程序的命令",
  "Missing the command that starts your program, or the IP:port of one that runs":
    "缺少启动你的程序的命令，或已在运行的程序的地址（例如 127.0.0.1:9190）",
  "Cannot run {0}: one that runs already is given in one word, {1}":
    "无法运行 {0}：已在运行的程序要写成一个参数：{1}",
  "Cannot try a client at {0}: give the command that starts it":
    "无法在 {0} 测试客户端：请给出启动它的命令",
  "Cannot use --port {0}: {1} names another one": "不能使用 --port {0}：{1} 写的是另一个端口",
  "Cannot use --only {0}: no such case or section": "--only 不能是 {0}：没有这一项或这一节",
  "; --list shows them all": "；--list 会全部列出",
  "Cannot use {0}: its port is none of 1 to 65535": "不能使用 {0}：端口应为 1 到 65535",
  "Cannot write both reports to one file": "两份报告不能写入同一个文件",
  "Cannot connect to {0}: {1}": "无法连接 {0}：{1}",
};
