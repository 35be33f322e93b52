/**
 * UDP for the boundary lab. Deno has no stable API for it, so this is the one
 * place that takes one of Node's, and only when it is called.
 *
 * @module
 */

import { before } from "../net/silence.ts";
import { LOOPBACK, type Stage } from "./stage.ts";

/** What is used of node:dgram. Stated here, so that checking needs no types of Node. */
interface Dgram {
  createSocket(type: "udp4"): Socket;
}

interface Socket {
  bind(port: number, address: string, onBound: () => void): void;
  on(event: "message", onMessage: (message: Uint8Array) => void): void;
  on(event: "error", onError: (error: Error) => void): void;
  send(p: Uint8Array, port: number, to: string, onSent: (error: Error | null) => void): void;
  address(): { port: number };
  close(onClosed: () => void): void;
}

/** UDP may lose a datagram, and nobody says so. */
const LOST_MS = 500;

/** Sends each message in a datagram of its own. Resolves to those that came. */
export async function sendDatagrams(stage: Stage, messages: Uint8Array[]): Promise<Uint8Array[]> {
  const name = "node:dgram"; // not a literal: Deno 2.4 would fetch types for it
  const { createSocket }: Dgram = await import(name);
  const receiver = createSocket("udp4");
  const sender = createSocket("udp4");
  const came: Uint8Array[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      receiver.on("error", reject);
      receiver.bind(0, LOOPBACK, resolve);
    });
    const { port } = receiver.address();
    const all = Promise.withResolvers<void>();
    receiver.on("message", (message) => {
      came.push(message);
      const bytes = message.length;
      stage.note({ who: "server", call: "recvfrom", args: "", result: `${bytes} bytes`, bytes });
      if (came.length === messages.length) all.resolve();
    });
    for (const message of messages) {
      await new Promise<void>((resolve, reject) =>
        sender.send(message, port, LOOPBACK, (error) => error ? reject(error) : resolve())
      );
      const bytes = message.length;
      const [args, result] = [`${bytes} bytes`, `${bytes} bytes`];
      stage.note({ who: "client", call: "sendto", args, result, bytes });
    }
    await before(LOST_MS, all.promise);
    return came;
  } finally {
    await Promise.all([receiver, sender].map((it) => new Promise<void>((done) => it.close(done))));
  }
}
