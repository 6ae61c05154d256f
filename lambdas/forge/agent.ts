import * as z from "zod";
import { agent } from "../../core/agent/agent.ts";
import { readArtifact } from "../../core/agent/reading.ts";
import { type Build, build } from "../../core/artifacts/build.ts";
import { parseInput } from "../../core/artifacts/parse.ts";
import { type PlannedComponent, planSpec } from "../../core/artifacts/plan-spec.ts";
import { artifactRef, SCHEMA_VERSION } from "../../core/artifacts/vocabulary.ts";
import { blockNamed } from "../../core/catalog/catalog.ts";
import { digestOf } from "../../core/digest.ts";
import { type Component, synthesize } from "./synthesize.ts";

/** PlanSpec → Build: the plan's components as one template, stored under its hash. */
export const forge = agent({
  name: "forge",
  lane: "read_only",
  tools: ["artifacts.read", "artifacts.append"],
  budget: { tokens: 0, minutes: 1, usd: 0 },
  input: z.strictObject({ plan: artifactRef }),
  output: z.strictObject({ build: artifactRef }),
  run: async ({ plan: ref }, tools, { settings }) => {
    const plan = await readArtifact(tools, ref, planSpec);
    const tags = { Environment: plan.environment, Name: plan.stack, Project: plan.stack };
    const { stack, environment, account, region, parameters } = plan;
    const { retain, logRetentionDays } = settings;
    const components = plan.components.map(componentOf);
    const context = { stack, environment, account, region, retain, logRetentionDays, tags: {} };
    const { text, resources } = synthesize(components, context);
    // Verbatim: its hash is what people approve. Sentinel refuses a template that holds a secret.
    const content = { name: "template.json", kind: "Template", content: text, verbatim: true };
    const template = await tools["artifacts.append"](content);
    const made: Build = build.parse({
      schemaVersion: SCHEMA_VERSION,
      stack,
      environment,
      account,
      region,
      template,
      parameters,
      tags,
      resources,
      buildDigest: digestOf({ template: template.sha256, parameters, tags, account, region, stack }),
    });
    return { build: await tools["artifacts.append"]({ name: "build.json", kind: "Build", content: made }) };
  },
});

/** The catalog has the last word on what a construct is given, whoever wrote the plan. @throws InputError */
function componentOf(planned: PlannedComponent): Component {
  const { name, block } = planned;
  const what = `the parameters of "${name}" (${block})`;
  const parameters = parseInput(blockNamed(block).parameters, planned.parameters, what);
  return { id: name, name, block, parameters, uses: planned.uses };
}
