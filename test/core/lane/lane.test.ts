import { describe, expect, test } from "vitest";
import { type Agent, agent } from "../../../core/agent/agent.ts";
import { handOut, reachesCloud, type ToolName, type Tools } from "../../../core/agent/tools.ts";
import type { Lane } from "../../../core/artifacts/vocabulary.ts";
import { LaneError, laneOf, requireLane, requireLaneRole } from "../../../core/lane/lane.ts";
import { atlas } from "../../../lambdas/atlas/agent.ts";
import { changeSetAgent } from "../../../lambdas/change-set/agent.ts";
import { discardAgent } from "../../../lambdas/change-set/discard.ts";
import { undoAgent } from "../../../lambdas/change-set/undo.ts";
import { critic } from "../../../lambdas/critic/agent.ts";
import { forge } from "../../../lambdas/forge/agent.ts";
import { sentinel } from "../../../lambdas/sentinel/agent.ts";
import { sweeper } from "../../../lambdas/sweeper/agent.ts";

const ALL_TOOLS = [
  "artifacts.read",
  "artifacts.append",
  "artifacts.list",
  "execution.read",
  "timeline.read",
  "memory.recall",
  "memory.append",
  "memory.facts",
  "memory.similar",
  "memory.learn",
  "memory.index",
  "model.answer",
  "cloud.read",
  "cloud.plan",
  "cloud.apply",
] as const satisfies readonly ToolName[];

const LANES = ["read_only", "dry_run", "execute"] as const;

/** A toolbox whose tools do nothing; what matters is which of them are handed out. */
const TOOLBOX = Object.fromEntries(ALL_TOOLS.map((name) => [name, () => name])) as unknown as Tools;

function worker(
  lane: Lane,
  tools: readonly string[],
): Pick<Agent<never, unknown, ToolName>, "name" | "lane" | "tools"> {
  return { name: "worker", lane, tools: tools as readonly ToolName[] };
}

describe("a function's role", () => {
  const arn = (role: string) => `arn:aws:sts::536580886816:assumed-role/${role}/conductor`;

  test.each([
    ["read_only", "agent-mesh-dev-read-only-atlas"],
    ["dry_run", "agent-mesh-sit-dry-run-change-set"],
    ["execute", "agent-mesh-prod-execute-broker"],
    ["read_only", "agent-mesh-dev-read-only-worker"],
    ["read_only", "agent-mesh-dev-read-only"],
    ["none", "agent-mesh-dev-none-checkpoint"],
  ] as const)("is of the %s lane by its name %s", (lane, role) => {
    expect(() => requireLaneRole("it", lane, arn(role))).not.toThrow();
    const others = [...LANES, "none" as const].filter((one) => one !== lane);
    for (const other of others) expect(() => requireLaneRole("it", other, arn(role))).toThrow(LaneError);
  });

  test.each([
    arn("agent-mesh-dev-read-onlyatlas"),
    arn("agent-mesh-dev-execute-read-only"),
    arn("x-agent-mesh-dev-read-only"),
    arn("Admin"),
    "arn:aws:iam::536580886816:user/agent-mesh-dev-read-only",
    "arn:aws:iam::536580886816:root",
    "",
  ])("is of no lane as %j", (other) => {
    expect(() => requireLaneRole("atlas", "read_only", other)).toThrow(
      /^atlas works in the read_only lane, but runs as .*: deploy it again with a role agent-mesh-<env>-read-only-atlas\. Nothing was done$/,
    );
  });
});

describe("a tool", () => {
  test("of the read_only lane looks, or appends the agent's own evidence", () => {
    const reading = ALL_TOOLS.filter((tool) => laneOf(tool) === "read_only");
    expect(reading).toEqual(ALL_TOOLS.filter((tool) => tool !== "cloud.plan" && tool !== "cloud.apply"));
    expect([laneOf("cloud.plan"), laneOf("cloud.apply")]).toEqual(["dry_run", "execute"]);
  });

  test.each([
    "cloud.delete",
    "shell",
    "",
    "CLOUD.READ",
    "cloud.read ",
    "constructor",
    "toString",
    "__proto__",
    "hasOwnProperty",
    "valueOf",
  ])("that nobody classified counts as mutating: %j", (tool) => {
    expect(laneOf(tool)).toBe("execute");
    for (const lane of ["read_only", "dry_run"] as const) {
      expect(() => requireLane("worker", lane, tool)).toThrow(expect.objectContaining({ name: "WrongLane" }));
    }
  });

  test.each(LANES.flatMap((lane) => ALL_TOOLS.map((tool) => [lane, tool] as const)))(
    "in the %s lane %s is handed out only as the lane allows",
    (lane, tool) => {
      const allowed = LANES.indexOf(laneOf(tool)) <= LANES.indexOf(lane);
      const hand = () => handOut(worker(lane, [tool]), TOOLBOX);
      if (allowed) expect(Object.keys(hand())).toEqual([tool]);
      else
        expect(hand).toThrow(
          expect.objectContaining({ name: "WrongLane", message: expect.stringContaining(tool) }),
        );
    },
  );
});

describe("an agent", () => {
  test("holds what it named and nothing else, and cannot take more", () => {
    const handed = handOut(worker("read_only", ["artifacts.read"]), TOOLBOX) as Record<string, unknown>;
    expect(Object.keys(handed)).toEqual(["artifacts.read"]);
    expect(handed["cloud.apply"]).toBeUndefined();
    expect(() => {
      handed["cloud.apply"] = TOOLBOX["cloud.apply"];
    }).toThrow(TypeError);
  });

  test("is refused whole when one of its tools is beyond its lane", () => {
    expect(() => handOut(worker("read_only", ["artifacts.read", "cloud.plan"]), TOOLBOX)).toThrow(
      /cloud\.plan/,
    );
  });

  test("in a lane that is none may use nothing", () => {
    for (const lane of ["admin", "", "constructor"] as unknown as Lane[]) {
      expect(() => requireLane("worker", lane, "artifacts.read")).toThrow(/WrongLane|works in/);
    }
  });

  test("must have its account proven exactly when it reaches the cloud", () => {
    for (const tool of ALL_TOOLS) expect(reachesCloud([tool])).toBe(tool.startsWith("cloud."));
    expect(reachesCloud([])).toBe(false);
  });
});

describe("of the change pipeline", () => {
  const AGENTS = [atlas, forge, sentinel, critic, sweeper, changeSetAgent, discardAgent, undoAgent] as const;

  test.each(AGENTS.map(({ name, lane, tools }) => ({ name, lane, tools: tools as readonly ToolName[] })))(
    "$name holds only tools of its lane, and none that executes",
    ({ name, lane, tools }) => {
      for (const tool of tools) requireLane(name, lane, tool);
      expect(lane).not.toBe("execute");
      expect(tools).not.toContain("cloud.apply");
    },
  );

  test("Atlas, Forge, Sentinel, Critic and Sweeper work in read_only", () => {
    for (const { lane } of [atlas, forge, sentinel, critic, sweeper]) expect(lane).toBe("read_only");
  });

  test("only those who make change sets work in dry_run", () => {
    expect(AGENTS.filter(({ lane }) => lane === "dry_run").map(({ name }) => name)).toEqual([
      "change-set",
      "change-set-discard",
      "change-set-undo",
    ]);
  });
});

test("a definition is taken as it is", () => {
  expect(agent(atlas)).toBe(atlas);
});
