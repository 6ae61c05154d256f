import { describe, expect, test } from "vitest";
import { synthesize } from "../../../lambdas/forge/synthesize.ts";
import { CIRCUMSTANCES, component, contextOf, everyBlock, type Resource, resourcesOf } from "./plans.ts";

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
}

/** Why an action is allowed on more than one named thing. Whatever is not here must name its resource. */
const WIDE: Record<string, { on: RegExp; because: string }> = {
  "xray:PutTraceSegments": { on: /^"\*"$/, because: "X-Ray knows no resource for it" },
  "xray:PutTelemetryRecords": { on: /^"\*"$/, because: "X-Ray knows no resource for it" },
  "ec2:DescribeNetworkInterfaces": { on: /^"\*"$/, because: "describing takes no resource" },
  "ec2:DescribeSubnets": { on: /^"\*"$/, because: "describing takes no resource" },
  "ec2:AssignPrivateIpAddresses": { on: /:\*\/\*"$/, because: "Lambda asks it of any interface" },
  "ec2:CreateNetworkInterface": { on: /:\*\/\*"$/, because: "an interface has no id before it exists" },
  "ec2:DeleteNetworkInterface": { on: /:\*\/\*"$/, because: "Lambda asks it of any interface" },
  "ec2:UnassignPrivateIpAddresses": { on: /:\*\/\*"$/, because: "Lambda asks it of any interface" },
  "s3:AbortMultipartUpload": { on: /"Arn"\]\},"\/\*"/, because: "objects of one bucket" },
  "s3:DeleteObject": { on: /"Arn"\]\},"\/\*"/, because: "objects of one bucket" },
  "s3:GetObject": { on: /"Arn"\]\},"\/\*"/, because: "objects of one bucket" },
  "s3:PutObject": { on: /"Arn"\]\},"\/\*"/, because: "objects of one bucket" },
  "execute-api:Invoke": { on: /"\/\$default\/\*"/, because: "routes of one API" },
  "kms:*": {
    on: /^"\*"$/,
    because: "in a key's policy it means this key, which must not become unmanageable",
  },
};

const DOCUMENTS = ["PolicyDocument", "KeyPolicy", "AssumeRolePolicyDocument"];

function allowed(resources: Record<string, Resource>): [string, Statement][] {
  return Object.entries(resources).flatMap(([id, { Properties }]) =>
    DOCUMENTS.flatMap(
      (name) => (Properties?.[name] as { Statement: Statement[] } | undefined)?.Statement ?? [],
    )
      .filter(({ Effect }) => Effect === "Allow")
      .map((statement): [string, Statement] => [id, statement]),
  );
}

describe.each(CIRCUMSTANCES)("$environment, retain $retain, own key $customerManagedKey", (circumstances) => {
  const plan = [...everyBlock(circumstances), component("http_api", "admin", {}, ["api", "records"])];
  const resources = resourcesOf(synthesize(plan, contextOf(circumstances)));
  const statements = allowed(resources);
  const actionsOf = ({ Action }: Statement) => [Action].flat() as string[];

  test("no statement allows every action of a service, save the owner of a key", () => {
    for (const [id, statement] of statements)
      for (const action of actionsOf(statement))
        if (action.includes("*")) expect([id, action]).toEqual([expect.stringMatching(/^DataKey/), "kms:*"]);
  });

  test("no statement reaches further than one thing without a reason", () => {
    for (const [id, statement] of statements) {
      const on = JSON.stringify(statement.Resource ?? "");
      if (!on.includes("*")) continue;
      for (const action of actionsOf(statement))
        expect({ id, action, on }).toMatchObject({ on: expect.stringMatching(WIDE[action]?.on ?? /^$/) });
    }
  });

  test("nobody outside the account or AWS is let in", () => {
    for (const [id, { Principal }] of statements)
      if (Principal !== undefined)
        expect([id, JSON.stringify(Principal)]).toEqual([
          id,
          expect.stringMatching(/^\{"Service":"[a-z0-9.-]+\.amazonaws\.com"\}$|:536580886816:root"/),
        ]);
  });

  test("every role has the environment's boundary", () => {
    const roles = Object.values(resources).filter(({ Type }) => Type === "AWS::IAM::Role");
    const boundary = /^arn:aws:iam::\d{12}:policy\/agent-mesh-(dev|sit|prod)-boundary$/;
    expect(roles.map(({ Properties }) => Properties?.["PermissionsBoundary"])).toEqual(
      roles.map(() => expect.stringMatching(boundary)),
    );
  });

  test("no role takes a policy managed elsewhere", () => {
    for (const { Type, Properties } of Object.values(resources))
      if (Type === "AWS::IAM::Role") expect(Properties["ManagedPolicyArns"]).toBeUndefined();
  });
});

test("a function may touch only what it uses", () => {
  const plan = [
    component("kv_store", "catalog"),
    component("kv_store", "ledger"),
    component("http_api", "api", {}, ["catalog"]),
  ];
  const statements = allowed(resourcesOf(synthesize(plan, contextOf())));
  const reachable = JSON.stringify(statements.map(([, { Resource }]) => Resource));
  expect(reachable).toContain("catalogTable");
  expect(reachable).not.toContain("ledgerTable");
});
