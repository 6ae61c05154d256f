import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Template } from "aws-cdk-lib/assertions";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { App, Stack } from "aws-cdk-lib/core";
import FEATURES from "aws-cdk-lib/recommended-feature-flags.json" with { type: "json" };

/** The template of a stack in Cape Town that holds what `build` puts there; no file stays behind. */
export function synthesized(build: (stack: Stack) => void): Template {
  const outdir = mkdtempSync(join(tmpdir(), "conductor-test-"));
  try {
    const app = new App({
      outdir,
      treeMetadata: false,
      builtinCloudFormationValidation: false,
      postCliContext: FEATURES,
    });
    const stack = new Stack(app, "test", { env: { account: "111122223333", region: "af-south-1" } });
    build(stack);
    return Template.fromJSON(app.synth().getStackByName("test").template as Record<string, unknown>);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Somebody to grant things to. */
export function somebody(stack: Stack): Role {
  return new Role(stack, "Somebody", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
}

export interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/** Every statement of every policy attached to a role. */
export function statementsOf(template: Template): Statement[] {
  return Object.values(template.findResources("AWS::IAM::Policy")).flatMap(
    (policy) => policy["Properties"].PolicyDocument.Statement as Statement[],
  );
}

/** All that is allowed, one action at a time, in order. */
export function allowedBy(template: Template): string[] {
  return statementsOf(template)
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action }) => Action)
    .sort();
}
