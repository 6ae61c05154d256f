import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ENVIRONMENTS } from "../../../config/environments/index.ts";
import { pythonWith } from "../../support/python.ts";
import { temporaryFolder } from "../../support/workspace.ts";
import { templates } from "./app.ts";

const PYTHON = pythonWith("cfn-lint");

/** The command that the package installs, wherever it is installed. */
const COMMAND =
  "from importlib.metadata import entry_points as e; import sys; sys.exit([*e(group='console_scripts', name='cfn-lint')][0].load()())";

interface Match {
  readonly Rule: { readonly Id: string };
  readonly Message: string;
}

/** What cfn-lint says that is none of ours to mend. */
const KNOWN: readonly { readonly rule: string; readonly text: RegExp; readonly because: string }[] = [
  {
    rule: "W3005",
    text: /dependency already enforced/,
    because: "CDK makes a function wait for its role's policies, and names the role with them",
  },
  {
    rule: "W3010",
    text: /Avoid hardcoding availability zones/,
    because: "A template is made without credentials: which zones there are cannot be asked",
  },
  {
    rule: "E3601",
    text: /^'\{% .+ %\}' is not of type 'number' at '.+TimeoutSeconds'$/,
    because: "States language takes a JSONata expression there, which the rule does not know",
  },
];

const stacks = [
  ...templates(
    Object.values(ENVIRONMENTS).map((config) => ({
      ...config,
      tier: "large" as const,
      agentsOn: config.environment === "sit" ? ("workers" as const) : config.agentsOn,
      ...(config.environment === "prod" && { slack: { channel: "C012AB3CD" } }),
    })),
  ),
];

describe.skipIf(PYTHON === undefined)("cfn-lint", () => {
  test.each(stacks)("finds nothing to mend in %s", (name, template) => {
    const [, environment = ""] = /^agent-mesh-([a-z]+)-/.exec(name) ?? [];
    const { region } = ENVIRONMENTS[environment as keyof typeof ENVIRONMENTS];
    expect(lint(template, name.endsWith("-budget") ? "us-east-1" : region)).toEqual([]);
  });

  test("is really asked", () => {
    const template = { Resources: { B: { Type: "AWS::S3::Bucket", Properties: { Bucketname: "x" } } } };
    expect(lint(template, "af-south-1").join()).toContain("Bucketname");
  });
});

function lint(template: object, region: string): string[] {
  const file = join(temporaryFolder(), "template.json");
  writeFileSync(file, JSON.stringify(template));
  const { stdout } = spawnSync(
    PYTHON ?? "",
    ["-c", COMMAND, "--regions", region, "--format", "json", "--template", file],
    { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  return (JSON.parse(stdout) as Match[])
    .filter(({ Rule, Message }) => !KNOWN.some(({ rule, text }) => rule === Rule.Id && text.test(Message)))
    .map(({ Rule, Message }) => `${Rule.Id} ${Message}`);
}
