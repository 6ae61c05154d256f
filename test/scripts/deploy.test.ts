import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ENVIRONMENTS } from "../../config/environments/index.ts";
import { deploy, destroy, diff, type Means } from "../../scripts/deploy/commands.ts";
import { requireOwnAccount } from "../../scripts/deploy/guard.ts";
import { describeWire } from "../support/moto.ts";
import { ROOT } from "../support/processes.ts";

function recorded(typed?: string): Means & { readonly done: string[] } {
  const done: string[] = [];
  return {
    done,
    guard: async ({ account }) => void done.push(`guard ${account}`),
    cdk: async (args) => {
      done.push(`cdk ${args.join(" ")}`);
      return 0;
    },
    typed: async () => typed,
  };
}

describe("a script", () => {
  test("asks whose account it is before it does anything", async () => {
    const means = recorded();
    expect(await deploy({ env: "dev", tier: "small" }, means)).toBe(0);
    await deploy({ env: "dev", tier: "small", yes: true }, means);
    await diff({ env: "prod", tier: "pipelines" }, means);
    expect(means.done).toEqual([
      "guard 536580886816",
      "cdk deploy agent-mesh-dev-small -c env=dev --require-approval broadening",
      "guard 536580886816",
      "cdk deploy agent-mesh-dev-small -c env=dev --require-approval never",
      "guard 093646564004",
      "cdk diff agent-mesh-prod-pipelines -c env=prod",
    ]);
  });

  test("does nothing in another account", async () => {
    const means = { ...recorded(), guard: () => Promise.reject(new Error("another account")) };
    for (const run of [deploy, diff, destroy])
      await expect(run({ env: "dev", tier: "small" }, means)).rejects.toThrow("another account");
    expect(means.done).toEqual([]);
  });

  test("says so when an environment has no such tier", async () => {
    const means = recorded();
    for (const run of [deploy, diff, destroy])
      await expect(run({ env: "dev", tier: "large" }, means)).rejects.toMatchObject({
        name: "TierNotConfigured",
        message: expect.stringContaining("config/environments/dev.ts"),
      });
    expect(means.done).toEqual([]);
  });

  test("removes what somebody has typed the name of, and nothing of prod", async () => {
    const sure = recorded("agent-mesh-sit-small");
    await destroy({ env: "sit", tier: "small" }, sure);
    // With what stands on it, from the top down.
    const going = ["pipelines", "medium", "small"].map((name) => `agent-mesh-sit-${name}`).join(" ");
    expect(sure.done.at(-1)).toBe(`cdk destroy ${going} -c env=sit --exclusively --force`);
    for (const answer of [undefined, "", "yes", "agent-mesh-dev-small"]) {
      const means = recorded(answer);
      const removal = destroy({ env: "sit", tier: "small" }, means);
      await expect(removal).rejects.toMatchObject({ name: "NotConfirmed" });
      expect(means.done).toEqual(["guard 815856636111"]);
    }
    const prod = recorded("agent-mesh-prod-small");
    const removal = destroy({ env: "prod", tier: "small" }, prod);
    await expect(removal).rejects.toMatchObject({ name: "DestructionRefused" });
    expect(prod.done).toEqual([]);
  });
});

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const script = join(ROOT, "scripts/deploy.ts");
  return spawnSync(process.execPath, [script, ...args], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], AWS_EC2_METADATA_DISABLED: "true", HOME: "/nonexistent", ...env },
  });
}

test("an environment that there is not is told with those there are", () => {
  const { status, stderr } = run(["deploy", "--env", "stage", "--tier", "small"]);
  expect([status, stderr.trim()]).toEqual([
    2,
    '"stage" is no environment; there are dev, sit, prod (config/environments/)',
  ]);
});

test("without credentials it says so and stops", () => {
  const { status, stderr } = run(["deploy", "--env", "dev", "--tier", "small"]);
  expect(status).toBe(2);
  expect(stderr).toMatch(/credentials/i);
});

describeWire("the account guard", (moto) => {
  test("lets the environment's own account through", async () => {
    const config = { ...ENVIRONMENTS.dev, account: "123456789012" };
    await expect(requireOwnAccount(config, moto().place())).resolves.toBeUndefined();
  });

  test("stops in any other with both accounts and three ways out, at the terminal too", () => {
    const { status, stderr } = run(["deploy", "--env", "prod", "--tier", "small"], {
      AWS_ENDPOINT_URL: moto().endpoint,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    expect(status).toBe(4);
    expect(stderr).toContain("expected account  093646564004 (prod)");
    expect(stderr).toContain("actual account    123456789012, which no environment has");
    for (const way of [
      "1. If 123456789012 is meant",
      "2. If you meant prod: sign in to",
      "3. If you meant neither",
    ])
      expect(stderr).toContain(way);
  });

  test("knows which environment the account is", async () => {
    const config = ENVIRONMENTS.prod;
    const place = moto().place();
    const { AssumeRoleCommand, STSClient } = await import("@aws-sdk/client-sts");
    const { clientOf } = await import("../../adapters/aws/clients.ts");
    const command = new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${ENVIRONMENTS.dev.account}:role/somebody`,
      RoleSessionName: "ada",
    });
    const { Credentials: given } = await clientOf(place, STSClient).send(command);
    const credentials = {
      accessKeyId: given?.AccessKeyId ?? "",
      secretAccessKey: given?.SecretAccessKey ?? "",
      sessionToken: given?.SessionToken ?? "",
    };
    await expect(requireOwnAccount(config, { ...place, credentials })).rejects.toThrow(
      /actual account {4}536580886816 \(dev\)[\s\S]+1\. If you meant dev: say --env dev/,
    );
  });
});
