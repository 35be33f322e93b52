/**
 * The servers: what each is, and which case it must fail.
 *
 * @module
 */

import { type Entry, fault, listed, right, type Student } from "./student.ts";

/** Where no line comes back as it was, nothing holds that waits for a reply. */
const REPLIES = [
  "pieces",
  "odd-bytes",
  "long-line",
  "next-client",
  "half-close",
  "megabyte",
  "unread",
  "reset",
  "restart",
  "idle-cpu",
];

/** 4.3.2 */
const ECHO: Record<string, Entry> = {
  "plain.c": right("one client after the other, without end"),
  "five_clients.c": right("ends after five clients; prints nothing before that"),
  "exit_code.c": right("ends after five clients with the exit code 5"),
  "forks.c": right("a process for each client"),
  "select.c": right("all clients at once"),
  "epoll.c": right(
    "all clients at once; a line for every four bytes; ends when epoll_wait() fails",
  ),
  "one_byte.c": right("one byte a recv(), one a send()"),
  "prints_everything.c": right("prints all that comes, a megabyte too"),
  "fixed_port.c": right("knows only its own port and ignores arguments", { port: 19191 }),
  "ignores_sigterm.c": right("does not end at SIGTERM, SIGINT and SIGHUP"),
  "threads.py": right("a thread for each client"),
  "socketserver_lines.py": right("threads, line by line, 127.0.0.1 alone"),
  "lines.py": right("line by line, one client after the other"),
  "crlf_to_lf.py": right("makes LF of CR LF"),
  "prefix.py": right("its name in front of each line"),
  "asyncio_streams.py": right("all clients at once, 100 bytes a read()"),
  "slow_start.py": right("listens 1.6 seconds after its start"),
  "slow_reply.py": right("a second a reply"),
  "banner.py": right("a banner in Chinese on stdout, at once"),
  "option_p.py": right("its port is an option", { args: ["-p", "{port}"] }),
  "pipe.js": right("all clients at once; IPv6 as well"),
  "ends_after_five.js": right("all clients at once; ends when five have gone"),
  "welcomes.py": right("welcomes each client by its number, puts a word in front of each echo"),
  "counter.py": right("puts a number that changes in front of each echo"),
  "for_await.js": right("accepts all, serves one after the other"),

  "pads_reply.c": fault({ line: "pads-reply" }, "sends its whole buffer", REPLIES),
  "appends.py": fault({ line: "wrong-echo" }, "adds something to each reply", REPLIES),
  "loses_newline.js": fault(
    { line: "drops-newline" },
    "sends lines without their newline",
    REPLIES,
  ),
  "one_read_an_event.c": fault({ line: "reads-a-part" }, "edge-triggered epoll", REPLIES),
  "last_again.c": fault({ "half-close": "last-again" }, "asks feof(), not getline()"),
  "prints_text.py": fault({ "odd-bytes": "crash" }, "prints as text what it has sent back"),
  "upper.py": fault({ line: "wrong-echo" }, "sends capital letters", REPLIES),
  "one_reply.py": fault({ line: "one-reply" }, "closes after one reply", REPLIES),
  "first_piece.js": fault(
    { pieces: "read-is-a-message" },
    "answers the first piece of a line alone",
    [
      "megabyte",
      "half-close",
    ],
  ),
  "strlen_of_bytes.c": fault({ pieces: "cuts-at-nul" }, "strlen() of what came, as it came", [
    "odd-bytes",
    "half-close",
    "megabyte",
  ]),
  "strips_its_buffer.py": fault({ pieces: "pads-reply" }, "sends what is older as well", [
    "odd-bytes",
    "half-close",
    "megabyte",
  ]),
  "cuts_at_nul.c": fault({ "odd-bytes": "cuts-at-nul" }, "strlen() of what came"),
  "replaces_bytes.py": fault({ "odd-bytes": "decodes-text" }, 'decode(errors="replace")'),
  "drops_empty_lines.py": fault({ "odd-bytes": "empty-line" }, "no reply to an empty line"),
  "to_string.js": fault({ "odd-bytes": "decodes-text" }, "toString() of what came"),
  "cuts_long_line.c": fault(
    { "long-line": "cuts-long-line" },
    "throws away what a line has beyond its buffer",
    [
      "megabyte",
    ],
  ),
  "cuts_at_1024.js": fault({ "long-line": "cuts-long-line" }, "sends 1024 bytes of a line", [
    "megabyte",
  ]),
  "closes_listening_socket.c": fault(
    { "next-client": "serves-one" },
    "exits with 1 at the second accept()",
    [
      "unread",
      "reset",
    ],
  ),
  "accepts_twice.py": fault(
    { "next-client": "stuck" },
    "every second client is accepted and forgotten",
    [
      "unread",
      "reset",
    ],
  ),
  "ignores_end.py": fault(
    { "next-client": "end-ignored" },
    "goes on for ever at the end of the stream",
    [
      "half-close",
      "idle-cpu",
    ],
  ),
  "ignores_end_threads.py": fault(
    { "half-close": "end-ignored" },
    "goes on for ever at the end of the stream",
    [
      "idle-cpu",
    ],
  ),
  "dies_of_silence.py": fault(
    { "next-client": "silent-client" },
    "dies of a client that says nothing",
    [
      "unread",
      "reset",
    ],
  ),
  "raises_at_the_end.py": fault({ "next-client": "crash" }, "data[-1] where data is empty", [
    "unread",
    "reset",
  ]),
  "asserts_a_byte.c": fault({ "next-client": "crash" }, "abort() where a client says nothing", [
    "unread",
    "reset",
  ]),
  "one_client.js": fault({ "next-client": "serves-one" }, "ends with 0 after its first client", [
    "unread",
    "reset",
  ]),
  "resets_at_close.c": fault(
    { "half-close": "reset-at-close" },
    "a reset instead of the end of the stream",
  ),
  "forks_and_keeps.c": fault(
    { "half-close": "never-closes" },
    "the parent keeps the connection open",
  ),
  "stays_half_open.js": fault({ "half-close": "never-closes" }, "never closes after a half-close"),
  "closes_before_replies.py": fault(
    { "half-close": "loses-at-end" },
    "loses what waits to be sent",
    ["megabyte"],
  ),
  "destroys_at_end.js": fault({ "half-close": "loses-at-end" }, "loses what waits to be sent", [
    "megabyte",
  ]),
  "five_hundred_reads.c": fault({ megabyte: "gives-up" }, "closes after 500 reads"),
  "loses_the_rest.py": fault(
    { megabyte: "short-write" },
    "non-blocking send() without a look at its result",
  ),
  "sigpipe.c": fault({ unread: "sigpipe" }, "dies of SIGPIPE"),
  "sigpipe_at_once.c": fault(
    { unread: "sigpipe" },
    "gives up a client that has gone, and dies of SIGPIPE",
  ),
  "sigpipe_large_buffer.c": fault({ unread: "sigpipe" }, "dies of SIGPIPE; 64 KiB a read()"),
  "sigpipe_five.c": fault({ unread: "sigpipe" }, "dies of SIGPIPE; serves five otherwise"),
  "broken_pipe.py": fault({ unread: "client-error" }, "dies of BrokenPipeError"),
  "no_error_listener.js": fault({ unread: "client-error" }, "dies of EPIPE and ECONNRESET alike", [
    "reset",
  ]),
  "ends_at_reset.c": fault({ reset: "client-error" }, "exits where read() is -1"),
  "recv_raises.py": fault({ reset: "client-error" }, "dies of ConnectionResetError"),
  "no_reuseaddr.c": fault({ restart: "no-reuseaddr" }, "no SO_REUSEADDR"),
  "no_reuseaddr.py": fault({ restart: "no-reuseaddr" }, "no SO_REUSEADDR"),
  "binds_until_it_can.c": fault({ restart: "no-reuseaddr" }, "no SO_REUSEADDR, goes on trying"),
  "socketserver_once.py": fault({ restart: "no-reuseaddr" }, "no allow_reuse_address"),
  "atoi_port.c": fault({ ports: "takes-any-port" }, "takes abc, 70000 and 80x"),
  "port_70000.c": fault({ ports: "takes-any-port" }, "takes 70000"),
  "port_80x.c": fault({ ports: "takes-any-port" }, "takes 80x"),
  "no_argument.c": fault({ ports: "no-argument" }, "crashes without an argument"),
  "parse_int_port.js": fault(
    { ports: "takes-any-port" },
    "takes 80x, and any free port without an argument",
  ),
  "accept_spins.c": fault({ "idle-cpu": "busy-wait" }, "accept() and recv() that never wait"),
  "keeps_who_left.py": fault({ "idle-cpu": "busy-wait" }, "spins after a client has left"),
  "spins.js": fault({ "idle-cpu": "busy-wait" }, "setImmediate() without end"),
};

/** 4.2.4 */
const HELLO: Record<string, Entry> = {
  "plain.c": right("12 bytes"),
  "nul_terminated.c": right("a NUL behind the greeting"),
  "newline.js": right("other words, and a newline"),
  "chinese.py": right("a greeting in Chinese"),
  "long_greeting.c": right("5000 bytes"),
  "slow.py": right("listens after 1.6 seconds, greets after another one, in two pieces"),

  "sends_nothing.c": fault({ greets: "no-greeting" }, "the end of the stream alone"),
  "waits_for_client.c": fault(
    { greets: "waits-to-close" },
    "no end of the stream before the client's",
    [
      "ends",
      "restart",
    ],
  ),
  "resets_at_close.c": fault(
    { greets: "reset-at-close" },
    "a reset instead of the end of the stream",
    ["restart"],
  ),
  "never_closes.py": fault({ greets: "never-closes" }, "keeps the connection open", [
    "ends",
    "restart",
    "gone-client",
  ]),
  "returns_length.c": fault({ ends: "exit-code" }, "ends with 13"),
  "thread_stays.py": fault({ ends: "does-not-end" }, "never ends", ["gone-client"]),
  "no_reuseaddr.c": fault({ restart: "no-reuseaddr" }, "no SO_REUSEADDR"),
  "atoi_port.c": fault({ ports: "takes-any-port" }, "takes abc, 70000 and 80x"),
  "two_writes.c": fault({ "gone-client": "sigpipe" }, "dies of SIGPIPE at its second write()"),
  "tries_for_ever.py": fault(
    { "gone-client": "waits-for-gone" },
    "never gives up a client that has gone",
  ),
};

/** 4.4 (7) */
const ITERATIVE: Record<string, Entry> = {
  "endless.c": right("one client after the other, without end"),
  "five_clients.c": right("ends after five clients"),
  "ten_clients.py": right("ends after ten clients; numbers in the greetings"),
  "forks.c": right("a process for each client"),
  "shutdown.py": right("closes when the client has closed"),
  "chinese.js": right("a greeting in Chinese"),

  "serves_one.c": fault({ "three-clients": "serves-one" }, "the unchanged hello_server", [
    "next-after-reset",
    "gone-client",
  ]),
  "greets_the_first.py": fault(
    { "three-clients": "first-only" },
    "an empty greeting from the second client on",
    [
      "next-after-reset",
      "gone-client",
    ],
  ),
  "closes_the_first.py": fault({ "three-clients": "never-closes" }, "no end but for the first", [
    "next-after-reset",
    "gone-client",
  ]),
  "place_for_two.py": fault(
    { "three-clients": "stuck" },
    "two places, which nobody gives back",
    [
      "next-after-reset",
      "gone-client",
    ],
  ),
  "never_closes.js": fault({ "three-clients": "waits-to-close" }, "no end of the stream", [
    "next-after-reset",
    "gone-client",
    "restart",
  ]),
  "ends_at_reset.c": fault({ "next-after-reset": "client-error" }, "exits where read() is -1"),
  "recv_raises.py": fault({ "next-after-reset": "client-error" }, "dies of ConnectionResetError"),
  "two_writes.c": fault({ "gone-client": "sigpipe" }, "dies of SIGPIPE at its second write()", [
    "next-after-reset",
  ]),
  "no_reuseaddr.c": fault({ restart: "no-reuseaddr" }, "no SO_REUSEADDR"),
  "parse_int_port.js": fault({ ports: "takes-any-port" }, "takes 80x"),
  "accept_spins.c": fault({ "idle-cpu": "busy-wait" }, "accept() that never waits"),
};

/** Every server in the folders `echo_server`, `hello_server` and `hello_server_iterative`. */
export const SERVERS: readonly Student[] = [
  ...listed("echo_server", ECHO),
  ...listed("hello_server", HELLO),
  ...listed("hello_server_iterative", ITERATIVE),
];
