import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { advance, type ChangeStatus, type Execution } from "../../core/execution/execution.ts";

const DOCS = join(import.meta.dirname, "../../docs");
const row = /^\| ([A-Z_]+)\s+\| ([A-Z_, ]+?)\s+\|/gm;
const table = new Map(
  [...readFileSync(join(DOCS, "architecture.md"), "utf8").matchAll(row)].map(([, from = "", to = ""]) => [
    from,
    to.split(", "),
  ]),
);
const statuses = [...new Set([...table.keys(), ...[...table.values()].flat()])] as ChangeStatus[];

function mayBecome(from: ChangeStatus, to: ChangeStatus): boolean {
  try {
    return advance({ id: "exec_1", changeStatus: from } as Execution, to).changeStatus === to;
  } catch {
    return false;
  }
}

test("the table of statuses says exactly what may follow what", () => {
  expect(statuses).toHaveLength(12);
  for (const from of statuses) {
    const following = statuses.filter((to) => to !== from && mayBecome(from, to));
    expect((table.get(from) ?? []).toSorted(), from).toEqual(following.toSorted());
  }
});

test("the picture of statuses shows only what may happen", () => {
  const source = readFileSync(join(DOCS, "diagrams/src/status.mmd"), "utf8");
  const arrows = [...source.matchAll(/([A-Z_]+) -->(?:\|\w+\|)? ([A-Z_]+)(?:\["(.*)"\])?/g)];
  expect(arrows).toHaveLength(11);
  for (const [, from, to = "", group] of arrows) {
    for (const one of group?.split("<br/>") ?? [to]) {
      expect(mayBecome(from as ChangeStatus, one as ChangeStatus), `${from} to ${one}`).toBe(true);
    }
  }
});
