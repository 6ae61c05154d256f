import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib/core";
import { ENVIRONMENTS } from "../../../config/environments/index.ts";
import type { EnvironmentConfig } from "../../../config/environments/schema.ts";
import { addEnvironment } from "../../../lib/stacks/environment.ts";

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: string | readonly string[];
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: string }>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}

/** The templates of these environments by their stacks' names. The functions' code is not bundled. */
export function templates(
  environments: readonly EnvironmentConfig[] = Object.values(ENVIRONMENTS),
): ReadonlyMap<string, Template> {
  const outdir = mkdtempSync(join(tmpdir(), "conductor-synth-"));
  const forget = () => rmSync(outdir, { recursive: true, force: true });
  try {
    const app = new App({
      outdir,
      analyticsReporting: false,
      context: { "aws:cdk:bundling-stacks": [] },
    });
    for (const config of environments) addEnvironment(app, config);
    const { stacks } = app.synth();
    return new Map(stacks.map(({ stackName, template }) => [stackName, template as Template]));
  } finally {
    forget();
  }
}
