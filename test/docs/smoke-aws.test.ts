import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { clientOf } from "../../adapters/aws/clients.ts";
import { systemClock } from "../../adapters/embedded/system-clock.ts";
import { makingSteps, READING_STEPS } from "../../scripts/smoke-aws/steps.ts";
import { TARGETS } from "../adapters/embedded/sandbox/workbench.ts";
import { s3 } from "../support/buckets.ts";
import { FUNCTION_KEY } from "../support/cloudformation-server/identities.ts";
import type { WireAccount } from "../support/cloudformation-server/server.ts";
import { wireAccount } from "../support/cloudformation-server/wire-cloud.ts";
import { describeWire, faultsBefore } from "../support/moto.ts";
import type { Moto } from "../support/moto-server.ts";
import { type Ended, Process } from "../support/processes.ts";

const NOBODY = {
  AWS_ACCESS_KEY_ID: "",
  AWS_SECRET_ACCESS_KEY: "",
  AWS_SESSION_TOKEN: "",
  AWS_PROFILE: "",
  AWS_SHARED_CREDENTIALS_FILE: "/nowhere",
  AWS_CONFIG_FILE: "/nowhere",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "",
  AWS_CONTAINER_CREDENTIALS_FULL_URI: "",
  AWS_ENDPOINT_URL: "",
  AWS_ENDPOINT_URL_CLOUDFORMATION: "",
};

/** Runs it with nobody at the terminal. */
async function smoke(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return await new Process(["scripts/smoke-aws.ts", ...args], { ...NOBODY, ...env }).ended;
}

const account = () => wireAccount({ target: TARGETS.dev, clock: systemClock });

function at(moto: Pick<Moto, "endpoint">, { url }: WireAccount): NodeJS.ProcessEnv {
  return {
    AWS_ENDPOINT_URL: moto.endpoint,
    AWS_ENDPOINT_URL_CLOUDFORMATION: url,
    AWS_ACCESS_KEY_ID: FUNCTION_KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: FUNCTION_KEY.secretAccessKey,
  };
}

/** Names of the tables and buckets that are there. */
async function made(moto: Moto): Promise<readonly (string | undefined)[]> {
  const place = moto.place({ region: TARGETS.dev.region });
  const { TableNames = [] } = await clientOf(place, DynamoDBClient).send(new ListTablesCommand({}));
  const { Buckets = [] } = await s3(place).send(new ListBucketsCommand({}));
  return [...TableNames, ...Buckets.map(({ Name }) => Name)];
}

test("docs/unproven.md and the steps agree on what is proven", () => {
  const text = readFileSync(join(import.meta.dirname, "../../docs/unproven.md"), "utf8");
  const rows = [...text.matchAll(/^\|\s+(\d+)\s+\|.*\|\s+([^|]+?)\s+\|$/gm)];
  expect(rows.map(([, number]) => Number(number))).toEqual(rows.map((_, at) => at + 1));
  const promised = rows.filter(([, , how]) => how?.startsWith("smoke")).map(([, number]) => Number(number));
  const proven = [...READING_STEPS, ...makingSteps(true)].flatMap(({ proves }) => proves);
  expect(proven.toSorted((a, b) => a - b)).toEqual(promised);
});

test("without credentials it says so in one sentence, and asks for nothing", async () => {
  const { code, out, complaint } = await smoke([]);
  expect(complaint).toMatch(/^asking who we are: there are no AWS credentials; .+\n$/);
  expect([code, out]).toEqual([2, ""]);
});

describeWire("trying the assumptions at servers in AWS's place", (moto) => {
  test("it reads, names what it would make, and stops where nobody can agree", async () => {
    const server = await account();
    const { code, out, complaint } = await smoke(["--lanes"], at(moto(), server));
    expect(complaint).toBe(
      "Nothing was made: nobody is at the terminal to agree, and --yes was not given.\n",
    );
    expect(out).toMatch(/^✓ the credentials .+ \(assumptions 6, 51\)$/m);
    expect(out).toMatch(/^ {2}the table conductor-smoke-\w+-table, on demand: \$0.0001/m);
    expect(code).toBe(3);
    expect(await made(moto())).toEqual([]);
    expect(server.calls.map(({ action }) => action)).not.toContain("CreateChangeSet");
  });

  test("with --yes it proves all it can, and leaves nothing behind", async () => {
    const server = await account();
    const { code, out, complaint } = await smoke(["--lanes", "--yes"], at(moto(), server));
    expect(complaint).toBe("");
    expect(out.split("\n").filter((line) => line && !line.startsWith("✓"))).toEqual([]);
    expect(out.match(/✓/g)).toHaveLength(READING_STEPS.length + makingSteps(true).length);
    expect(code).toBe(0);
    expect(await made(moto())).toEqual([]);
    const deleted = server.calls.filter(({ action }) => action === "DeleteStack");
    expect(deleted).toHaveLength(1);
  });

  test("what is not as assumed is told, and cleared away all the same", async () => {
    const server = await account();
    server.tell("GetTemplate", { TemplateBody: "{}" });
    const { code, out } = await smoke(["--lanes", "--yes"], at(moto(), server));
    expect(out).toMatch(
      /^✗ a change set is made once, .+: not as assumed: the template comes back in other bytes/m,
    );
    expect(out).not.toMatch(/left behind/);
    expect(code).toBe(1);
  });

  test("a step that may not make anything fails alone, and says why", async () => {
    const proxy = await faultsBefore(moto());
    for (const on of ["CreateTable", "PUT bucket"]) proxy.inject("access-denied", { on });
    const { code, out } = await smoke(["--yes"], at(proxy, await account()));
    expect(out.match(/^✗ .+ not authorized to perform: some:Action/gm)).toHaveLength(2);
    expect(out).not.toMatch(/left behind/);
    expect(code).toBe(1);
  });

  test("in another account than the one that was meant it touches nothing", async () => {
    const server = await account();
    const { code, complaint } = await smoke(
      ["--lanes", "--yes", "--account", "111122223333"],
      at(moto(), server),
    );
    expect(complaint).toMatch(
      /^dev is account 111122223333, but these credentials are of account 536580886816/,
    );
    expect(code).toBe(4);
    expect(server.calls.map(({ action }) => action)).toEqual(["GetCallerIdentity"]);
  });

  test("without a role for CloudFormation the stack is left out, and it says why", async () => {
    const { code, out } = await smoke([], at(moto(), await account()));
    expect(out).toMatch(/^– a change set is made once, .+--service-role ARN, or --lanes \(assumptions 2, /m);
    expect(out).not.toMatch(/the stack conductor-smoke/);
    expect(code).toBe(3);
  });
});
