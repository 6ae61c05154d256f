import { expect, test } from "vitest";
import { provision, requireProvisioned } from "../../../adapters/aws/provision.ts";
import { DynamoTable } from "../../../adapters/aws/table.ts";
import { TestClock } from "../../support/clock.ts";
import { describeWire } from "../../support/moto.ts";

const needed = {
  table: "agent-mesh-dev-kv",
  artifacts: "agent-mesh-dev-artifacts",
  anchors: "agent-mesh-dev-anchors",
  bus: "agent-mesh-dev",
};

describeWire("what a workspace needs on AWS", (moto) => {
  test("is named part by part where it is missing, with what to deploy", async () => {
    await moto().reset();
    await expect(requireProvisioned(moto().place(), needed)).rejects.toMatchObject({
      name: "ResourceMissing",
      message: expect.stringMatching(
        /no table agent-mesh-dev-kv, no bucket agent-mesh-dev-artifacts, no bucket agent-mesh-dev-anchors, no event bus agent-mesh-dev; deploy the stack agent-mesh-dev-small/,
      ),
    });
  });

  test("is made where it is missing, once, whoever asks for it at the same time", async () => {
    await moto().reset();
    await Promise.all([provision(moto().place(), needed), provision(moto().place(), needed)]);
    await requireProvisioned(moto().place(), needed);
    const table = new DynamoTable(moto().place(), needed.table, new TestClock());
    await table.transact([{ put: { pk: "a", sk: "b", attributes: { kept: true } }, expect: "absent" }]);
    await provision(moto().place(), needed);
    expect((await table.get({ pk: "a", sk: "b" }))?.attributes).toEqual({ kept: true });
  });
});
