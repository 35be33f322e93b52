/**
 * The clients: what each is, and which case it must fail.
 *
 * @module
 */

import { type Entry, fault, listed, right, type Student } from "./student.ts";

/** What a wrong idea of where a reply ends can break besides. */
const BOUNDARIES = ["bytes", "joined", "closed-inside", "long-line"];

/** 4.3.2 */
const ECHO: Record<string, Entry> = {
  "counts_bytes.c": right("the chapter's, mended; a long line goes out in three parts"),
  "many_parts.c": right("a prompt for every 99 bytes of a line; Bye and quit end it as well"),
  "byte_by_byte.c": right("the server's address before each reply, prompts on stderr, no buffer"),
  "shows_both.c": right("what it sent, then what came; all of it when it ends"),
  "socket_as_file.py": right("input() and readline(); tracebacks"),
  "without_newline.py": right("sends lines without their newline"),
  "prints_at_the_end.py": right("prints when it ends, and nothing where it fails"),
  "slow_and_crlf.py": right("a second to start; CR LF; errors on stdout, exit code 3"),
  "in_chinese.py": right("Chinese words"),
  "with_options.py": right("counts the bytes of a reply; a warning where the echo differs", {
    args: ["--host", "{host}", "-p", "{port}"],
  }),
  "two_threads.py": right("copies bytes in a thread; at Q it half-closes, and reads to the end"),
  "readline.js": right("async iterators, one line after the other"),
  "half_closes.js": right("at Q it half-closes, and reads to the end"),
  "strips_the_line.py": right("does not send the blanks around a line"),
  "trims_the_reply.js": right("does not show the blanks around a reply"),
  "copies_bytes.js": right("a pipe to stdout; at Q Node ends when stdin, no terminal, ends, too"),
  "asks_for_a_name.py": right("takes its first line for a name, and the others for what to send"),

  "never_flushes.py": fault({ lines: "sends-nothing" }, "what it writes stays in its buffer"),
  "shows_nothing.c": fault({ lines: "not-shown" }, "no output at all", [
    "shows-reply",
    "long-line",
  ]),
  "reads_once.c": fault({ halves: "one-read" }, "the chapter's: one read() a reply", BOUNDARIES),
  "recv_once.py": fault(
    { halves: "one-read" },
    "one recv(1024) a reply, less than a long line",
    BOUNDARIES,
  ),
  "fixed_port_recv_once.py": {
    ...fault({ halves: "one-read" }, "one recv(1024) a reply; no arguments, one port", BOUNDARIES),
    args: [],
    port: 19192,
  },
  "overwrites.c": fault({ halves: "overwrites" }, "each read() to the same place", [
    "bytes",
    "joined",
    "closed-inside",
    "long-line",
  ]),
  "sends_its_buffer.c": fault({ lines: "sends-more" }, "write() of the whole buffer"),
  "recv_as_many_as_sent.py": fault(
    { halves: "one-read" },
    "one recv(n) a reply of n bytes",
    BOUNDARIES,
  ),
  "waits_a_moment.c": fault({ halves: "one-read" }, "a pause of 20 ms ends a reply", BOUNDARIES),
  "takes_data_for_a_reply.js": fault(
    { halves: "one-read" },
    'each "data" event is a reply',
    BOUNDARIES,
  ),
  "awaits_data_once.js": fault(
    { halves: "one-read" },
    'one "data" event a line, others are lost',
    BOUNDARIES,
  ),
  "reads_twice.c": fault({ bytes: "one-read" }, "puts halves together, more pieces not", [
    "long-line",
  ]),
  "recv_four_times.py": fault(
    { bytes: "one-read" },
    "busy before each recv(); puts up to four pieces together",
    [
      "long-line",
    ],
  ),
  "drops_what_is_behind.c": fault(
    { joined: "reads-beyond" },
    "loses the second reply, waits for it for ever",
  ),
  "takes_two_replies_for_one.py": fault(
    { joined: "reads-beyond" },
    "shows both as one, waits for another for ever",
  ),
  "empties_its_buffer.js": fault(
    { joined: "reads-beyond" },
    "loses the second reply, does not wait for it",
  ),
  "prints_what_it_sent.c": fault(
    { "shows-reply": "shows-sent" },
    "prints the wrong one of two buffers",
  ),
  "shows_its_own_line.js": fault(
    { "shows-reply": "shows-sent" },
    "prints its own line when a reply is complete",
  ),
  "sends_q.c": fault({ quit: "quit-sent" }, "sends Q, then ends"),
  "lower_q_is_a_message.py": fault({ quit: "quit-unknown" }, "q is echoed; Q ends it"),
  "capital_q_is_a_message.js": fault({ quit: "quit-unknown" }, "Q is echoed; q ends it"),
  "silent_when_refused.c": fault({ refused: "refused-silent" }, "exits with 1, without a word"),
  "refused_is_fine.py": fault({ refused: "connect-unchecked" }, "says it, exits with 0"),
  "floods_at_end_of_input.c": fault(
    { "end-of-input": "end-of-input-ignored" },
    "the chapter's: the last line without end",
  ),
  "waits_at_end_of_input.py": fault(
    { "end-of-input": "end-of-input-ignored" },
    "asks again and again, in silence",
  ),
  "never_hears_the_end.js": fault(
    { "end-of-input": "end-of-input-ignored" },
    "stays connected, asleep",
  ),
  "server_closed_is_fine.c": fault(
    { "closed-early": "exit-zero" },
    "exits with 0 (inside a reply with 1)",
  ),
  "spins_when_closed.c": fault({ "closed-early": "read-unchecked" }, "burns the CPU, without end", [
    "closed-inside",
  ]),
  "goes_on_when_closed.py": fault(
    { "closed-early": "read-unchecked" },
    "shows empty replies until Q, exits with 0",
    [
      "closed-inside",
    ],
  ),
  "closed_is_fine.js": fault({ "closed-early": "exit-zero" }, "says it, exits with 0", [
    "closed-inside",
  ]),
  "takes_a_part_for_the_whole.c": fault(
    { "closed-inside": "part-for-whole" },
    "shows the part, exits with 0 at once",
  ),
  "takes_the_last_part_for_a_line.py": fault(
    { "closed-inside": "part-for-whole" },
    "shows the part, goes on until Q",
  ),
  "shows_the_last_part.js": fault(
    { "closed-inside": "part-for-whole" },
    "shows the part, exits with 0 at once",
  ),
  "reset_is_fine.c": fault({ reset: "exit-zero" }, "exits with 0 when read() or write() fails"),
  "reset_is_a_goodbye.py": fault({ reset: "exit-zero" }, "exits with 0 after ConnectionResetError"),
  "waits_after_a_reset.js": fault(
    { reset: "read-unchecked" },
    "waits until Q or the end of its input, exits with 0",
  ),
  "has_room_for_less.c": fault(
    { "long-line": "small-buffer" },
    "leaves the end of a long reply unread",
  ),
  "dies_of_a_long_line.c": fault({ "long-line": "overflow" }, "abort()"),
  "cuts_a_long_line.py": fault(
    { "long-line": "long-line-cut" },
    "sends 1024 bytes of it, without a newline",
  ),
};

/** 4.2.6 */
const HELLO: Record<string, Entry> = {
  "reads_to_the_end.c": right("the chapter's, mended; what it shows ends at a NUL"),
  "shows_bytes_as_they_come.c": right("byte by byte, no other words, no newline"),
  "socket_as_file.py": right("counts the bytes; tracebacks"),
  "slow_in_chinese.py": right("1.5 s to start; Chinese words; errors on stdout, exit code 2"),
  "fixed_port.py": right("no arguments, one port", { args: [], port: 19190 }),
  "collects.js": right("shows the greeting when the stream has ended"),
  "copies_bytes.js": right("a pipe to stdout; an error that nobody handles"),

  "shows_nothing.c": fault({ greeting: "greeting-not-shown" }, "says that one came, not which", [
    "pieces",
    "long",
  ]),
  "spins_at_the_end.c": fault(
    { greeting: "read-unchecked" },
    "shows it, then burns the CPU, without end",
    [
      "pieces",
      "long",
      "nothing",
    ],
  ),
  "stays_open.py": fault({ greeting: "read-unchecked" }, "shows it, then sleeps for ever", [
    "pieces",
    "long",
  ]),
  "reads_once.c": fault({ pieces: "one-read" }, "the chapter's, with a larger buffer: one read()", [
    "long",
  ]),
  "recv_once.py": fault({ pieces: "one-read" }, "one recv(1024)", ["long"]),
  "takes_the_first_data.js": fault({ pieces: "one-read" }, 'one "data" event', ["long"]),
  "has_room_for_30.c": fault({ long: "small-buffer" }, "reads until 29 bytes are there"),
  "shows_a_hundred_letters.py": fault(
    { long: "small-buffer" },
    "reads all of it, shows the beginning",
  ),
  "nothing_is_fine.c": fault({ nothing: "exit-zero" }, "prints its own words alone, exits with 0"),
  "reset_is_fine.py": fault({ reset: "exit-zero" }, "says it, exits with 0"),
  "refused_is_fine.js": fault({ refused: "connect-unchecked" }, "says it, exits with 0"),
};

/** Every client in the folders `echo_client` and `hello_client`. */
export const CLIENTS: readonly Student[] = [
  ...listed("echo_client", ECHO),
  ...listed("hello_client", HELLO),
];
