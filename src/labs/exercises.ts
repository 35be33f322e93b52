/**
 * The seven exercises of 4.4, in our own words, with their answers; and which lab shows what
 * an answer says.
 *
 * @module
 */

import type { Answer, Text } from "../draw/figure.ts";
import { text } from "../draw/words.ts";

/** A question of the chapter. */
export interface Exercise {
  /** As the book counts them, from 1. */
  number: number;
  question: Text;
  /** Paragraphs. */
  answer: Text[];
  /** The lab in which one can see it happen. */
  lab: string;
}

/** All of them, in the order of the book. */
export const EXERCISES: readonly Exercise[] = [
  {
    number: 1,
    question: text(
      "Which four layers does TCP/IP have, and where does the way of a TCP socket differ from " +
        "that of a UDP socket?",
      "TCP/IP 协议栈有哪四层？TCP 套接字和 UDP 套接字经过的层有什么不同？",
    ),
    answer: [
      text(
        "From the top: the application layer, the transport layer (TCP or UDP), the IP layer, the " +
          "link layer. The data of a TCP socket goes through application layer, TCP, IP and link " +
          "layer; that of a UDP socket through application layer, UDP, IP and link layer.",
        "自上而下是应用层、传输层（TCP 层或 UDP 层）、IP 层、链路层。TCP 套接字的数据依次经过应用层、" +
          "TCP 层、IP 层、链路层；UDP 套接字的数据依次经过应用层、UDP 层、IP 层、链路层。",
      ),
      text(
        "Three of the four are the same. Only the transport layer differs, and a program chooses it " +
          "when it creates the socket: SOCK_STREAM is TCP, SOCK_DGRAM is UDP.",
        "四层中有三层相同，不同的只有传输层。用哪一种，在创建套接字时就已决定：SOCK_STREAM 是 TCP，" +
          "SOCK_DGRAM 是 UDP。",
      ),
    ],
    lab: "layers",
  },
  {
    number: 2,
    question: text(
      "What do the link layer and the IP layer do, and how are they related?",
      "链路层和 IP 层各起什么作用？二者是什么关系？",
    ),
    answer: [
      text(
        "The link layer carries a frame over one link: a cable, a Wi-Fi, a LAN. It knows the " +
          "hardware addresses of that link, marks where a frame begins and ends, and drops one " +
          "that was damaged on the way.",
        "链路层负责在一段链路（一根网线、一个 Wi-Fi、一个局域网）上传送帧：它使用这段链路上的硬件地址" +
          "（MAC 地址），标明每一帧的起止，并丢弃传输中损坏的帧。",
      ),
      text(
        "The IP layer carries a packet from one host to another, over many links. It chooses the " +
          "path: each router on it looks at the IP address of the destination and picks the next " +
          "link. It promises nothing: a packet may be lost, damaged, or overtaken by a later one.",
        "IP 层负责把数据包从一台主机送到另一台主机，中间可能经过许多段链路。它解决路径选择问题：途中每台" +
          "路由器查看目的 IP 地址，选定下一段链路。IP 不作任何保证：数据包可能丢失、损坏，也可能乱序到达。",
      ),
      text(
        "The IP layer uses the link layer. Its packet travels as the data of a frame, and on every " +
          "link a new frame is put around it, while the IP addresses in it remain those of the two " +
          "hosts (unless a NAT on the way replaces them). So IP needs to know nothing of cables, and " +
          "the link layer nothing of paths.",
        "IP 层建立在链路层之上：IP 数据包作为帧的数据部分传送，每经过一段链路就换上一个新的帧，而数据包里" +
          "的 IP 地址始终是两端主机的地址（途中有 NAT 改写的情况除外）。因此 IP 层不必了解线路，链路层" +
          "也不必了解路径。",
      ),
    ],
    lab: "layers",
  },
  {
    number: 3,
    question: text(
      "Why is the stack cut into four layers, or seven? Answer with open systems in mind.",
      "为什么要把协议栈分成 4 层或 7 层？请结合开放式系统说明。",
    ),
    answer: [
      text(
        "Because the whole is too much for one protocol: wiring, paths, lost packets and the " +
          "meaning of messages are problems of different kinds. Each layer solves one of them, and " +
          "relies on the one below. So one layer can be exchanged and the others remain: Wi-Fi for " +
          "a cable, IPv6 for IPv4, a new program on top. (The seven layers of OSI cut the same work " +
          "into smaller pieces.)",
        "因为整个问题太大，一个协议解决不了：线路、路径、丢包、消息的含义是性质不同的问题。分层之后，每一层" +
          "只解决其中一个问题，并依靠下面一层。于是可以只换一层而不影响其他层：用 Wi-Fi 换掉网线，用 IPv6 " +
          "换掉 IPv4，或者在上面运行新的程序。（OSI 的 7 层是把同样的工作分得更细。）",
      ),
      text(
        "What lies between the layers is laid down in standards that anybody may read and " +
          "implement: that makes it an open system. A network card of one maker, a kernel of " +
          "another and a program of yours work together, the makers compete, and what one of them " +
          "builds, all can use.",
        "层与层之间的约定写在公开的标准里，任何人都可以查阅和实现，这就是开放式系统：一家厂商的网卡、另一家的" +
          "内核和你自己写的程序能够协同工作，不同厂商的产品可以互联，资源得以共享，技术也因竞争而进步。",
      ),
    ],
    lab: "layers",
  },
  {
    number: 4,
    question: text(
      "A client calls connect() to ask a server for a connection. Which function must the server " +
        "have called before?",
      "客户端调用 connect() 向服务器端请求连接之前，服务器端必须已经调用了哪个函数？",
    ),
    answer: [
      text(
        "listen(). It turns the socket into a listening one, and from then on the kernel takes " +
          "requests, whether or not the server has called accept(). After bind() alone connect() is " +
          "still refused (ECONNREFUSED).",
        "listen()。它把套接字变成监听套接字，从这时起内核就接收连接请求，无论服务器端是否已经调用 accept()。" +
          "只调用过 bind() 还不够：connect() 仍会被拒绝（ECONNREFUSED）。",
      ),
    ],
    lab: "refused",
  },
  {
    number: 5,
    question: text(
      "When is the queue of connection requests created, what is it for, and how does accept() " +
        "use it?",
      "连接请求等待队列是什么时候创建的？有什么用？它与 accept() 是什么关系？",
    ),
    answer: [
      text(
        "At listen(), whose second argument says how long it may become. It is the kernel's " +
          "waiting room: while the server is busy with one client, others wait in it, each with the " +
          "bytes that it has sent already. connect() returns as soon as the connection is in the " +
          "queue.",
        "调用 listen() 时创建，第二个参数决定它的长度。它是内核里的等候室：服务器端正忙于一个客户端时，其他客户" +
          "端的连接就在里面等待，连同它们已经发来的数据。连接一进入队列，connect() 就返回。",
      ),
      text(
        "accept() takes the first one out and returns a new socket for it. If the queue is empty, " +
          "accept() waits. If it is full, whoever comes next has to wait outside, or is refused: " +
          "that depends on the system.",
        "accept() 从队头取出一个连接，并为它返回一个新的套接字。队列为空时，accept() 一直等待；队列已满时，" +
          "后来者只能在门外等待，或者被拒绝，这要看系统。",
      ),
    ],
    lab: "backlog",
  },
  {
    number: 6,
    question: text(
      "Why need a client not call bind()? And if it does not, when and how does its socket get its " +
        "IP address and its port?",
      "客户端为什么不需要调用 bind()？不调用的话，套接字的 IP 地址和端口号在何时、如何分配？",
    ),
    answer: [
      text(
        "A server has to be found, so its address must be known before; a client calls, and the " +
          "server learns its address from accept(). So any free port will do.",
        "服务器端要让别人找得到，地址必须事先确定；客户端是主动发起连接的一方，服务器端从 accept() 就能得知它的" +
          "地址，所以用哪个空闲端口都可以。",
      ),
      text(
        "At connect() the kernel assigns both: the IP address from which this host reaches the " +
          "server, and a free port out of the range that is set aside for this.",
        "调用 connect() 时由内核分配：IP 地址是本机通向服务器端所用的那个地址，端口号是从专用范围内选取的一个" +
          "空闲端口。",
      ),
    ],
    lab: "ephemeral_port",
  },
  {
    number: 7,
    question: text(
      "Make an iterative server of hello_server.c (and of hello_server_win.c) of chapter 1, and " +
        "test with a client whether the change is right.",
      "把第 1 章的 hello_server.c（和 hello_server_win.c）改成迭代服务器，并用客户端验证改得是否正确。",
    ),
    answer: [
      text(
        "Put accept(), write() and close() of the socket that accept() returned into a loop. The " +
          "listening socket is opened before the loop and stays open within it. On Windows the loop " +
          "is the same, with closesocket(); WSAStartup() stands before it, WSACleanup() behind it.",
        "把 accept()、write() 以及关闭 accept() 所返回套接字的 close() 放进循环；监听套接字在循环之前打开，" +
          "循环中一直不关闭。Windows 版的循环相同，只是改用 closesocket()；WSAStartup() 在循环之前，" +
          "WSACleanup() 在循环之后。",
      ),
      text(
        "It is right if a second client and a third are greeted, too. hello_server_iterative does " +
          "it here; for a program of your own try check hello_server_iterative ./your_program.",
        "如果第二个、第三个客户端也能收到问候，就改对了。本项目的 hello_server_iterative 就是这样做的；你自己的" +
          "程序可以用 check hello_server_iterative ./你的程序 来检查。",
      ),
    ],
    lab: "accept_loop",
  },
];

/** The exercises that a lab answers, as they are drawn. */
export function answersOf(lab: string): Answer[] {
  return EXERCISES.filter((exercise) => exercise.lab === lab).map(answerOf);
}

/** An exercise, as it is drawn. */
export function answerOf({ number, question, answer }: Exercise): Answer {
  return { name: text(`Exercise ${number}`, `习题 ${number}`), question, paragraphs: answer };
}
