/**
 * Why servers do what they should not, and how to mend it.
 *
 * @module
 */

import type { Cause } from "./case.ts";

export const WRONG_ECHO: Cause = {
  id: "wrong-echo",
  in: {
    c: {
      why: {
        en: "What read() gave is not what write() was given: only its return value says how many " +
          "bytes came; strlen() stops at the first NUL, sizeof is the whole buffer.",
        zh: "交给 write() 的不是 read() 得到的内容：读到了多少字节只有 read() 的返回值知道；" +
          "strlen() 遇到第一个 NUL 就停下，sizeof 则是整个缓冲区的大小。",
      },
      cure: "while ((n = read(sock, buf, sizeof buf)) > 0)\n    write(sock, buf, n);",
    },
  },
};
