/**
 * Chinese for what echo_client says; see src/cli/zh.ts.
 *
 * @module
 */

/** The sentences by the English ones. */
export const ZH: Readonly<Record<string, string>> = {
  "{0} of {1} came back": "{1}中传回了 {0} 字节",
  "Server closed the connection": "服务器关闭了连接",
  "Server closed the connection before the input ended ({0})":
    "输入还没有结束，服务器就关闭了连接（{0}）",
  "Server closed the connection before its reply was complete ({0} of {1} came)":
    "回复还没有传完，服务器就关闭了连接（{1}中只收到 {0} 字节）",
  "Server sent {0} more than it was given": "服务器传回的内容比发给它的多 {0}",
  "Connection lost, with no reply due": "连接中断，此时没有在等待回复",
  "Cannot read the replies to their end ({0})": "未能收完回复（{0}）",
  "Reply is not what was sent: byte {0} was {1} and came back as {2}{3}":
    "回复与发送的内容不同：第 {0} 个字节发送的是 {1}，传回的是 {2}{3}",
  " ({0} came, and no newline)": "（收到 {0}，没有换行符）",
  "Is it an echo server that answers there?": "对方真的是回声服务器吗？",
  "The input was at its end, and the server was told so. If a proxy on the way takes that for{0}the end of all, keep the input open until the replies are back: { cat FILE; sleep 5; } |":
    "输入已经结束，并且已通知服务器（半关闭）。如果途中的代理把它当作整个连接的结束，{0}请让输入保持打开，直到回复传回：{ cat FILE; sleep 5; } |",
  "Cannot read the next line": "无法读取下一行",
  "Cannot read the input to its end ({0})": "未能读完输入（{0}）",
  "Cannot send the next line: longer than {0} ({1})": "下一行不能发送：超过 {0}（{1}）",
  "echo_client: Cannot take a line: longer than {0}; it is not sent ({1})":
    "echo_client: 这一行超过 {0}，没有发送（共 {1}）",
  "Input read and not sent: {0}.": "已读入但没有发送的输入：{0}。",
  "Input goes on after a line Q: {0} not sent": "只有 Q 的行后面还有输入：{0}没有发送",
  "Input goes on after a line Q: at least {0} not sent":
    "只有 Q 的行后面还有输入：至少 {0}没有发送",
  "--no-quit sends all of the input, such lines too.":
    "用 --no-quit 可以发送全部输入，包括这样的行。",
};
