/**
 * Chinese for what labs and demo say besides the labs themselves; see src/cli/zh.ts.
 *
 * @module
 */

/** The sentences by the English ones. */
export const ZH: Readonly<Record<string, string>> = {
  // labs
  "Proves the chapter's claims over real sockets on free ports of this machine, and draws what was seen. Exit code 0 if all hold.":
    "用真实的套接字，在本机的空闲端口上验证本章的论断，并画出观察到的结果。全部成立时退出码为 0。",
  "which to run (default: all): a lab by its name, a section of the chapter (4.3.3), or an exercise (5)":
    "要做的实验（默认：全部）：实验的名字、章节（4.3.3）或习题（5）",
  "Labs, in the order of the chapter:": "实验，按本章的顺序：",
  "run nothing: print the seven exercises of 4.4 with their answers":
    "不做实验，只列出 4.4 的七道习题和答案",
  "the page begins as slides, to project: one picture a screen":
    "网页以幻灯片的形式开始，供投影：每屏一幅图",
  "FILE": "文件",
  "also write a page with pictures to FILE (needs --allow-read, --allow-write)":
    "另外把图写成一个网页文件（需要 --allow-read 和 --allow-write）",
  "overwrite FILE if it exists": "文件已存在时覆盖它",
  "print one JSON object a lab: its claim, its verdict, and every call":
    "每个实验输出一个 JSON 对象：论断、结论和每次调用",
  "all of them": "全部实验",
  "one message, many reads; many writes, one read": "一条消息，多次 read；多次 write，一次 read",
  "those of a section": "某一节的实验",
  "the one that answers exercise 5": "回答习题 5 的实验",
  "a page to project, to print and to read": "可以投影、打印和阅读的网页",
  "Option --slides needs --html": "选项 --slides 要与 --html 一起使用",
  "Option --exercises writes no page": "选项 --exercises 不生成网页",
  "not one of {0}, nor a section or an exercise that has one":
    "应为 {0} 之一，或有实验的章节或习题",
  "Cannot run a lab": "无法进行实验",

  // demo
  "Runs the chapter's servers and clients against each other, on free ports of this machine, and shows every call of both sides.":
    "在本机的空闲端口上，让本章的服务器端和客户端互相通信，并显示双方的每次调用。",
  "PORT": "端口",
  "about a second": "大约一秒",
  "The chapter's programs over real sockets, in order of time.":
    "本章的程序，使用真实的套接字，按时间先后排列。",
  'Lines with ">" are printed, the others are calls.': "带“>”的行是程序的输出，其余是函数调用。",
  "Not everything was seen that the chapter says": "本章的论断没有全部观察到",
  "The server ended at once ({0})": "服务器端一启动就结束了（{0}）",
  "A server calls socket, bind, listen, accept, write, close.":
    "服务器端依次调用 socket、bind、listen、accept、write、close。",
  "connect() succeeds once listen() was called.": "调用 listen() 之后，connect() 就能成功。",
  "connect() gave the client its address: {0}.": "connect() 给客户端分配了地址：{0}。",
  "Every line came back as it went.": "每一行都原样传回。",
  "A read is no message: cut to 5 bytes a read and a write, the lines took {0} reads instead of {1}, and still came back whole.":
    "一次 read 不等于一条消息：每次最多收发 5 字节时，读这些行用了 {0} 次 read，而不是 {1} 次，但内容仍然完整。",
  "seen": "已观察到",
  "NOT SEEN": "未观察到",
  "What was seen": "观察结果",
  "Now by hand, and the client in another terminal:": "接下来自己动手，客户端在另一个终端运行：",
};
