const MOST_BLOCKS = 256;

interface Family {
  readonly bits: number;
  parse(text: string): bigint | undefined;
  print(address: bigint): string;
}

const IPV4: Family = {
  bits: 32,
  parse(text) {
    const parts = text.split(".");
    if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return;
    return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  },
  print: (address) => [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join("."),
};

const IPV6: Family = {
  bits: 128,
  parse(text) {
    const halves = text.split("::");
    if (halves.length > 2) return;
    const [head, tail] = halves.map((half) => (half === "" ? [] : half.split(":")));
    const given = [...(head ?? []), ...(tail ?? [])];
    const missing = 8 - given.length;
    if (missing < 0 || (tail === undefined && missing !== 0)) return;
    const groups = [...(head ?? []), ...Array<string>(missing).fill("0"), ...(tail ?? [])];
    if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return;
    return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
  },
  print(address) {
    const groups = Array.from({ length: 8 }, (_, i) => (address >> BigInt(112 - 16 * i)) & 65_535n);
    const text = groups.map((group) => group.toString(16)).join(":");
    return text.replace(/(^|:)0(:0)+(:|$)/, "::");
  },
};

/**
 * The address blocks `Fn::Cidr` gives: `count` of them, each with `hostBits` bits for hosts, cut from `block`.
 * Undefined when the arguments are wrong or the block is too small.
 */
export function cidrBlocks(block: string, count: number, hostBits?: number): readonly string[] | undefined {
  const [address, prefix] = block.split("/");
  const family = address?.includes(":") ? IPV6 : IPV4;
  const host = hostBits ?? (family === IPV6 ? 64 : undefined);
  const start = family.parse(address ?? "");
  const size = family.bits - Number(prefix ?? Number.NaN);
  if (start === undefined || host === undefined || !(Number.isInteger(host) && host >= 1)) return;
  if (!(Number.isInteger(count) && count >= 1 && count <= MOST_BLOCKS)) return;
  if (!(Number.isInteger(size) && size >= host && size <= family.bits)) return;
  const step = 1n << BigInt(host);
  const room = 1n << BigInt(size);
  if (BigInt(count) * step > room) return;
  const base = start - (start % room);
  return Array.from(
    { length: count },
    (_, i) => `${family.print(base + BigInt(i) * step)}/${family.bits - host}`,
  );
}

/** A block of addresses: its first one, and the first one after it. */
export interface AddressRange {
  readonly bits: number;
  readonly start: bigint;
  readonly end: bigint;
}

/** The addresses of a block; undefined when it is none. */
export function rangeOf(block: string): AddressRange | undefined {
  const [, address = "", prefix = ""] = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(block) ?? [];
  const family = address.includes(":") ? IPV6 : IPV4;
  const at = family.parse(address);
  const size = family.bits - Number(prefix);
  if (at === undefined || prefix === "" || size < 0) return;
  const room = 1n << BigInt(size);
  const start = at - (at % room);
  return { bits: family.bits, start, end: start + room };
}

/** How many addresses some blocks of one family have together; what two of them share counts once. */
export function addressesIn(ranges: readonly AddressRange[]): bigint {
  let total = 0n;
  let covered = 0n;
  for (const { start, end } of ranges.toSorted((a, b) => (a.start < b.start ? -1 : 1))) {
    const from = start > covered ? start : covered;
    if (end > from) total += end - from;
    if (end > covered) covered = end;
  }
  return total;
}
