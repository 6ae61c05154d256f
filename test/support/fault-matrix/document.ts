import { copies, type Injected, isKnownAsCopy, lost, PORTS, type Row, type Seen } from "./matrix.ts";
import { doubled, type Met, missing } from "./situations.ts";
import type { PortOnTrial } from "./trial.ts";

const WORDS: Readonly<Record<Exclude<Injected, "vanished">, string>> = {
  throttled: "throttled",
  "error-500": "an error of the service's own (500)",
  hangs: "no answer, nothing done",
  "response-lost": "done, the answer lost",
  "response-cut": "done, the answer cut off",
  "clock-skewed": "our clock an hour behind",
  "credentials-expired": "expired credentials",
  "access-denied": "a missing permission",
  "quota-used-up": "a used-up quota",
};

const HEAD = `# What goes wrong on the way to AWS

Written by \`npm run fault-matrix\`; do not edit. Every port's adapter for AWS does one thing through the SDK, Ollama's and Dify's through HTTP, and a proxy between it and the server makes the call fail. After each call the server itself is asked what is there. The servers are moto, and for CloudFormation, STS, Step Functions and the models those of the tests: how far they are from AWS is in [unproven.md](unproven.md).

- **Met once**: one call on the wire meets the fault. **While it lasts**: every such call does; the SDK tries three times, Ollama and Dify are asked once. **Asked again**: the caller repeats what failed, once the fault has passed.
- A cell says what the caller saw, \`done\` or the error's name, and how often the thing was there then.
- **Lost** is what was told to be done and is not there; **doubled** is what is there more than once.
- Besides, what is nobody's fault: two who do it at the same moment, batches of which a part fails, what is larger than the service takes, and lists longer than a page.
`;

/** The matrix as it stands in docs/fault-matrix.md. */
export function documentOf(rows: readonly Row[], met: readonly Met[]): string {
  const parts = PORTS.map((port) => {
    const own = rows.filter(({ on }) => on === port);
    const title = `## ${port.port}: ${port.adapter}\n\nIt ${port.does} (\`${port.on}\`).`;
    const besides = met.filter(({ situation }) => situation.port === port.port);
    const tables = [tableOf(own), ...(besides.length > 0 ? [besidesOf(besides, port)] : [])];
    return `${title}\n\n${tables.join("\n\n")}\n`;
  });
  return [HEAD, ...parts].join("\n");
}

function tableOf(rows: readonly Row[]): string {
  const lines = rows.map((row) => [
    row.injected === "vanished" ? `the ${row.on.worksOn} vanished` : WORDS[row.injected],
    cell(row.once),
    row.injected === "vanished" ? named(row.held.saw) : cell(row.held),
    cell(row.again),
    lost(row) ? "**lost**" : "no",
    doubling(row),
  ]);
  return aligned(["injected", "met once", "while it lasts", "asked again", "lost", "doubled"], lines);
}

function besidesOf(met: readonly Met[], { doubles }: PortOnTrial): string {
  const lines = met.map((one) => [
    one.situation.what,
    one.saw.map(named).join(" and "),
    `${one.there.length}×`,
    missing(one) > 0 ? "**lost**" : "no",
    doubled(one) ? `${one.there.length}×; ${doubles ?? "**nobody can tell**"}` : "no",
  ]);
  return aligned(["besides", "the callers saw", "there", "lost", "doubled"], lines);
}

function aligned(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) =>
    Math.max(...[head, ...lines].map((line) => (line[at] ?? title).length)),
  );
  const format = (line: readonly string[]) =>
    `| ${line.map((text, at) => text.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  const rule = format(widths.map((width) => "-".repeat(width)));
  return [format(head), rule, ...lines.map(format)].join("\n");
}

function cell(seen: Seen | undefined): string {
  return seen ? `${named(seen.saw)}, ${seen.there.length}×` : "";
}

function named(saw: string): string {
  return saw === "done" ? saw : `\`${saw}\``;
}

function doubling(row: Row): string {
  const most = copies(row);
  if (most <= 1) return "no";
  return `${most}×; ${isKnownAsCopy(row) ? row.on.doubles : "**nobody can tell**"}`;
}
