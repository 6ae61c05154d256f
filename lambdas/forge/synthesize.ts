import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManagedPolicy, PermissionsBoundary } from "aws-cdk-lib/aws-iam";
import {
  App,
  BootstraplessSynthesizer,
  CfnResource,
  type IStackSynthesizer,
  Stack,
  Tags,
} from "aws-cdk-lib/core";
import FEATURES from "aws-cdk-lib/recommended-feature-flags.json" with { type: "json" };
import canonicalize from "canonicalize";
import { type Built, buildBlock } from "./blocks.ts";
import type { BuildContext, Component } from "./component.ts";
import { ForgeError } from "./errors.ts";
import { refuseUnbuildable } from "./refusals.ts";
import { isShared, SharedResources } from "./shared-resources.ts";
import { forgettingTokens } from "./token-memory.ts";

export type { BuildContext, Component } from "./component.ts";

export interface Synthesis {
  readonly template: object;
  /** The template as canonical JSON (RFC 8785), escaped to ASCII: the same plan always gives the same bytes. */
  readonly text: string;
  /** By logical id. */
  readonly resources: readonly SynthesizedResource[];
}

export interface SynthesizedResource {
  readonly logicalId: string;
  readonly type: string;
  /** The component it belongs to; absent when the stack's blocks share it. */
  readonly component?: string;
}

/** CloudFormation quotas: resources in a template, and bytes of a template in S3. */
const MOST_RESOURCES = 500;
const MOST_BYTES = 1024 * 1024;

/**
 * Builds the components' CloudFormation template in process, from the constructs of lib/constructs.
 * @throws ForgeError
 */
export function synthesize(components: readonly Component[], context: BuildContext): Synthesis {
  refuseUnbuildable(components, context);
  return forgettingTokens(() =>
    inTemporaryFolder((outdir) => {
      const stack = buildStack(newApp(outdir), components, context);
      const template = templateOf(stack);
      const text = inAscii(canonicalize(template) ?? "");
      const resources = resourcesOf(template, stack);
      refuseTooLarge(resources.length, Buffer.byteLength(text));
      return { template, text, resources };
    }),
  );
}

/** What is beyond ASCII CloudFormation gives back as question marks; escaped, the template comes back as it was submitted. */
function inAscii(json: string): string {
  return json.replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function inTemporaryFolder<Result>(work: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), "conductor-forge-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const CONTEXT = {
  ...FEATURES,
  // CDK's own check has no name to catch it by.
  "@aws-cdk/core:stackResourceLimit": 0,
  // A report on the terminal is for people who run CDK; ours read Sentinel's.
  "@aws-cdk/core:annotationsInValidationReport": false,
};

/** An app that only writes templates: no tree, no analytics, no validation, which is Sentinel's. */
function newApp(outdir: string): App {
  return new App({
    outdir,
    autoSynth: false,
    analyticsReporting: false,
    performanceReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation: false,
    stackTraces: false,
    // Last word on context, so that nothing in the environment of the process changes a template.
    postCliContext: CONTEXT,
  });
}

function buildStack(app: App, components: readonly Component[], context: BuildContext): Stack {
  const { stack: stackName, environment, account, region } = context;
  const synthesizer = new BootstraplessSynthesizer() as IStackSynthesizer;
  const stack = new Stack(app, stackName, { stackName, env: { account, region }, synthesizer });
  const tags = { Environment: environment, Project: stackName, ...context.tags };
  for (const [key, value] of Object.entries(tags)) Tags.of(stack).add(key, value);

  // Whatever its policies say, a function of the stack's cannot do what law 7 and law 12 forbid.
  const boundary = `arn:aws:iam::${account}:policy/agent-mesh-${environment}-boundary`;
  PermissionsBoundary.of(stack).apply(ManagedPolicy.fromManagedPolicyArn(stack, "boundary", boundary));

  // By name, so that the order of the plan's list changes nothing.
  const sorted = components.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const built = new Map<string, Built>();
  const shared = new SharedResources(stack, context);
  for (const component of sorted) {
    const neighbours = new Set(
      components.filter(({ name }) => component.uses.includes(name)).map(({ block }) => block),
    );
    built.set(component.name, buildBlock(component, { stack, context, shared, neighbours }));
    Tags.of(stack.node.findChild(component.name)).add("Name", `${stackName}-${component.name}`);
  }
  for (const component of sorted) wire(component, built);
  return stack;
}

/** Wires last, when everything stands: two APIs may use each other. */
function wire({ name, uses }: Component, built: ReadonlyMap<string, Built>): void {
  const api = built.get(name)?.api;
  for (const used of [...new Set(uses)].sort()) {
    const target = built.get(used);
    if (target) api?.use(used, target);
  }
}

type Template = { readonly Resources?: Readonly<Record<string, { readonly Type: string }>> };

function templateOf(stack: Stack): Template {
  const app = stack.node.root as App;
  return app.synth().getStackByName(stack.stackName).template as Template;
}

function refuseTooLarge(resources: number, bytes: number): void {
  if (resources > MOST_RESOURCES)
    throw new ForgeError(
      "TemplateTooLarge",
      `the template has ${resources} resources and CloudFormation takes ${MOST_RESOURCES}: list fewer blocks under \`requires\`, or divide the goal between several stacks`,
    );
  if (bytes > MOST_BYTES)
    throw new ForgeError(
      "TemplateTooLarge",
      `the template has ${bytes} bytes and CloudFormation takes ${MOST_BYTES}: list fewer blocks under \`requires\`, or divide the goal between several stacks`,
    );
}

function resourcesOf({ Resources = {} }: Template, stack: Stack): SynthesizedResource[] {
  const owners = new Map<string, string>();
  for (const construct of stack.node.findAll()) {
    const [, owner = ""] = construct.node.path.split("/");
    if (CfnResource.isCfnResource(construct)) owners.set(stack.resolve(construct.logicalId), owner);
  }
  const sorted = Object.entries(Resources).sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([logicalId, { Type: type }]) => {
    const owner = owners.get(logicalId);
    return { logicalId, type, ...(owner !== undefined && !isShared(owner) && { component: owner }) };
  });
}
