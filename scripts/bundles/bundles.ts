import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "aws-cdk-lib/core";
import { ENVIRONMENTS } from "../../config/environments/index.ts";
import { addEnvironment } from "../../lib/stacks/environment.ts";

/** A function's code as it is deployed. */
export interface Bundle {
  readonly name: string;
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
}

interface Deployed {
  readonly Type: string;
  readonly Properties: {
    readonly FunctionName: string;
    readonly Code: { readonly S3Key: string };
    readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
  };
}

/** Bundles every function of the development environment, those for Slack too, into folders beneath this one. */
export function bundlesIn(outdir: string): Bundle[] {
  const app = new App({ outdir, analyticsReporting: false });
  addEnvironment(app, { ...ENVIRONMENTS.dev, slack: { channel: "C012AB3CD" } });
  const stack = "agent-mesh-dev-pipelines";
  const { Resources } = app.synth().getStackByName(stack).template as {
    Resources: Readonly<Record<string, Deployed>>;
  };
  const { files } = JSON.parse(readFileSync(join(outdir, `${stack}.assets.json`), "utf8")) as {
    files: Record<string, { source: { path: string } }>;
  };
  return Object.values(Resources)
    .filter(({ Type }) => Type === "AWS::Lambda::Function")
    .map(({ Properties: { FunctionName, Code, Environment } }) => ({
      name: FunctionName.replace("agent-mesh-dev-", ""),
      folder: join(outdir, files[Code.S3Key.replace(".zip", "")]?.source.path ?? ""),
      // What only the deployment knows is an address of the API or the pool's.
      variables: Object.fromEntries(
        Object.entries(Environment.Variables).map(([name, value]) => [
          name,
          typeof value === "string" ? value : "https://known.later.example",
        ]),
      ),
    }));
}

/** The process of a function as Lambda has it, but for its credentials. */
export function environmentOf({ variables }: Bundle): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    AWS_REGION: "af-south-1",
    AWS_ACCESS_KEY_ID: "x",
    AWS_SECRET_ACCESS_KEY: "x",
    POWERTOOLS_DEV: "true",
    ...variables,
  };
}
