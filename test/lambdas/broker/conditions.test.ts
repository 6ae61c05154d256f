import { describe, expect, test } from "vitest";
import type { Condition } from "../../../core/gate/conditions.ts";
import { castVote } from "../../../core/gate/gates.ts";
import { atomically } from "../../../core/table/atomically.ts";
import { keys } from "../../../core/table/keys.ts";
import {
  type ApprovedChange,
  approvedChange,
  SHOP,
  SHOP_TURNED_ROUND,
} from "../../support/approved-change.ts";
import { human, security } from "../../support/dossiers.ts";
import { person } from "../../support/workspace.ts";

type Setting = Parameters<typeof approvedChange>[0];

/** A change whose approvers say what their approval depends on. */
async function approvedIf(
  votes: readonly (readonly [who: string, Condition[], gate?: string])[],
  setting: Setting = {},
): Promise<ApprovedChange> {
  const change = await approvedChange({ before: SHOP, ...setting, approvers: [] });
  const { digest } = change.dossier;
  for (const [who, conditions, type = "human_approval"] of votes) {
    const gateId = `gate_${digest.slice(0, 8)}_${type}`;
    const vote = { gateId, decision: "approve", caller: person(who), digest, conditions } as const;
    await castVote(change.world.table, vote, change.world.clock.now());
  }
  return change;
}

async function refused(change: ApprovedChange, why: string | RegExp): Promise<void> {
  const applying = change.call("apply");
  await expect(applying).rejects.toMatchObject({ name: "ConditionUnmet" });
  await expect(applying).rejects.toThrow(why);
  expect([change.mutations(), (await change.execution()).changeStatus]).toEqual([[], "WAIT_FOR_APPROVE"]);
}

const in_ = (change: ApprovedChange | { time: ApprovedChange["time"] }, minutes: number) =>
  new Date(change.time.now().getTime() + minutes * 60_000).toISOString();

describe("nothing is applied outside a condition of an approval", () => {
  test.each<[Condition, string]>([
    [{ kind: "no_replacement" }, "Orders may be replaced"],
    [{ kind: "no_removal" }, "Jobs would be removed"],
    [{ kind: "max_resources", value: 1 }, "3 change"],
  ])("%j", async (condition, why) => {
    await refused(await approvedIf([["grace", [condition]]], { after: SHOP_TURNED_ROUND }), why);
  });

  test("that another approver did not set", async () => {
    const setting = { after: SHOP_TURNED_ROUND, dossier: { gates: [human(2)] } };
    const votes = [
      ["grace", []],
      ["linus", [{ kind: "no_removal" }]],
    ] as const;
    await refused(await approvedIf(votes as never, setting), "Jobs would be removed");
  });

  test("that was set at another gate of the same change", async () => {
    const setting = { after: SHOP_TURNED_ROUND, dossier: { gates: [human(1), security] } };
    const votes: [string, Condition[], string?][] = [
      ["grace", []],
      ["linus", [{ kind: "no_replacement" }], "security_check"],
    ];
    await refused(await approvedIf(votes, setting), "Orders may be replaced");
  });

  test("before its time, nor after it", async () => {
    const now = new Date("2026-01-05T09:00:00.000Z").getTime();
    const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString();
    const change = await approvedIf([
      [
        "grace",
        [
          { kind: "not_before", value: at(20) },
          { kind: "not_after", value: at(40) },
        ],
      ],
    ]);
    await refused(change, "applied from");
    change.time.pass(41);
    await refused(change, "applied before");
  });

  test("when the agents have spent more since", async () => {
    const change = await approvedIf([["grace", [{ kind: "max_agent_cost_usd", value: 0.25 }]]]);
    const execution = await change.execution();
    await atomically(change.world.table, async (unit) => {
      const key = keys.execution("exec_1");
      await unit.get(key);
      unit.put({ ...key, attributes: { ...execution, spent: { ...execution.spent, microUsd: 250_001 } } });
    });
    await refused(change, "they have spent $0.250001");
  });
});

test("within every condition exactly what was approved is applied, and the record says under which", async () => {
  const change = await approvedIf(
    [
      ["grace", [{ kind: "max_resources", value: 9 }]],
      ["linus", [{ kind: "max_resources", value: 4 }, { kind: "no_removal" }]],
    ],
    { dossier: { gates: [human(2)] } },
  );
  await change.call("apply");
  expect(change.mutations()).toContain("executeChangeSet");
  const conditions = [{ kind: "max_resources", value: 4 }, { kind: "no_removal" }];
  expect(await change.told("apply.began")).toMatchObject([{ data: { conditions } }]);
  expect(await change.told("gate.decided")).toMatchObject([
    { actor: "grace", data: { conditions: [{ kind: "max_resources", value: 9 }] } },
    { actor: "linus", data: { conditions } },
  ]);
});

test("a rejection's conditions are none", async () => {
  const change = await approvedChange({ before: SHOP, approvers: [] });
  const { digest } = change.dossier;
  const gateId = `gate_${digest.slice(0, 8)}_human_approval`;
  const conditions: Condition[] = [{ kind: "no_removal" }];
  const vote = { gateId, decision: "reject", caller: person("grace"), digest, conditions } as const;
  const gate = await castVote(change.world.table, vote, change.world.clock.now());
  expect(gate.votes).toEqual([expect.not.objectContaining({ conditions })]);
});

test("approvers whose times never meet cannot both approve", async () => {
  const setting = { dossier: { gates: [human(1), security] } };
  const change = await approvedIf([], setting);
  const { digest } = change.dossier;
  const cast = (type: string, who: string, conditions: Condition[]) =>
    castVote(
      change.world.table,
      {
        gateId: `gate_${digest.slice(0, 8)}_${type}`,
        decision: "approve",
        caller: person(who),
        digest,
        conditions,
      },
      change.world.clock.now(),
    );
  await cast("human_approval", "grace", [{ kind: "not_before", value: in_(change, 30) }]);
  await expect(
    cast("security_check", "linus", [{ kind: "not_after", value: in_(change, 20) }]),
  ).rejects.toMatchObject({ name: "ConditionImpossible" });
  expect(await cast("security_check", "linus", [])).toMatchObject({ status: "approved" });
});
