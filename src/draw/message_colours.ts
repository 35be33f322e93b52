/**
 * The colours of messages, one set for all: the bytes of the first message have the first
 * colour wherever they are drawn, so that it is seen where they went.
 *
 * @module
 */

/** So many there are; then they begin again. */
export const MESSAGE_COLOURS = 6;

/** As custom properties, `--m0` to `--m5`: behind dark letters in the light. */
export const MESSAGES_LIGHT =
  "--m0:#cfe3fb;--m1:#fbe0c4;--m2:#d3efd4;--m3:#ecd6f7;--m4:#fbd3dc;--m5:#f2ebb8";
/** And behind light letters in the dark. */
export const MESSAGES_DARK =
  "--m0:#17406e;--m1:#6b3f12;--m2:#1e5424;--m3:#512a66;--m4:#6b2233;--m5:#5a5210";

/** As codes of a terminal: black letters on the same colours, as far as it has them. */
export const MESSAGE_CODES = ["30;46", "30;43", "30;42", "30;45", "30;41", "30;47"] as const;

/** The number of the message that a byte belongs to, the first one 0. */
export function messageAt(byte: number, messages: number[]): number {
  let end = 0;
  const message = messages.findIndex((length) => byte < (end += length));
  return message === -1 ? messages.length : message;
}

/** The colour of a message: `m0` to `m5`. */
export function colourOf(message: number): `m${number}` {
  return `m${message % MESSAGE_COLOURS}`;
}
