/**
 * Which addresses may connect (`--allow`). Loaded only when it is asked for.
 *
 * @module
 */

import ipaddr from "npm:ipaddr.js@2.5.0";
import { quote } from "./escape.ts";
import { UsageError, words } from "./failure.ts";

type Ip = ReturnType<typeof ipaddr.process>;

/**
 * A test of IP addresses against networks in CIDR notation (`10.0.0.0/8`,
 * `fd00::/8`) or single addresses. An IPv4-mapped IPv6 address
 * (`::ffff:10.0.0.1`, as a socket on `::` shows IPv4 clients) is the IPv4
 * address, on both sides.
 *
 * @throws {UsageError} If a text is neither.
 */
export function allowList(texts: string[]): (hostname: string) => boolean {
  const networks = texts.map(parseNetwork);
  return (hostname) => {
    const address = ipaddr.process(hostname);
    return networks.some(([network, bits]) =>
      network.kind() === address.kind() && address.match(network, bits)
    );
  };
}

function parseNetwork(text: string): [network: Ip, bits: number] {
  const match = /^([0-9a-fA-F:.]+)(?:\/(0|[1-9][0-9]{0,2}))?$/.exec(text);
  const [, address = "", prefix] = match ?? [];
  // ipaddr.js also knows 127.1 and octal numbers: too clever for a list of who may enter.
  const isIp = address.includes(":")
    ? ipaddr.IPv6.isValid(address)
    : ipaddr.IPv4.isValidFourPartDecimal(address);
  if (isIp) {
    const written = ipaddr.parse(address);
    const most = written.kind() === "ipv6" ? 128 : 32;
    const bits = prefix === undefined ? most : Number(prefix);
    const network = ipaddr.process(address);
    // An IPv4-mapped network: its first 96 bits say only that.
    const mapped = written.kind() === network.kind() ? 0 : 96;
    if (bits <= most && bits >= mapped) return [network, bits - mapped];
  }
  throw new UsageError(
    words`Cannot use --allow ${quote(text)}: not an address or a network such as 10.0.0.0/8
      or fd00::/8`,
  );
}
