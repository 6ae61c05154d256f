import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Credentials, clientOf } from "../../../adapters/aws/clients.ts";
import { signatureOf } from "../../../api/slack/signature.ts";
import { openAwsRecord } from "../../../bin/home/aws-record.ts";
import { emulatorFrom } from "../../../bin/home/emulator.ts";
import type { Home } from "../../../bin/home/home.ts";
import { ENVIRONMENTS } from "../../../config/environments/index.ts";
import { grantsOf } from "../../../core/identity/access.ts";
import { savePerson } from "../../../core/identity/people.ts";
import { lastReport } from "../../../core/watch/report.ts";
import { waiting } from "../../api/scene.ts";
import { lambdaContext } from "../../support/lambda-context.ts";
import { deliveredBy, verify } from "../../support/mails.ts";
import { describeWire } from "../../support/moto.ts";

const ORIGIN = "https://conductor.example.com";
const SLACK = { signingSecret: "8f742231b10e8888abcd99yyyzzz85a5", botToken: "xoxb-test" };

const deployed = {
  AWS_REGION: "af-south-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  POWERTOOLS_DEV: "true",
  AGENT_MESH_ENVIRONMENT: "dev",
  AGENT_MESH_KV_TABLE: "agent-mesh-dev-kv",
  AGENT_MESH_ARTIFACTS_BUCKET: "agent-mesh-dev-artifacts",
  AGENT_MESH_ANCHORS_BUCKET: "agent-mesh-dev-anchors",
  AGENT_MESH_EVENT_BUS: "agent-mesh-dev",
  AGENT_MESH_TOKEN_ISSUER: "https://cognito-idp.af-south-1.amazonaws.com/af-south-1_pool",
  AGENT_MESH_TOKEN_AUDIENCE: "client",
  AGENT_MESH_SIGN_IN_PAGES: "https://pages.example.com",
  AGENT_MESH_ORIGIN: ORIGIN,
  AGENT_MESH_SIGNING_KEY_SECRET: "agent-mesh-dev/signing-key",
  AGENT_MESH_SLACK_CHANNEL: "C012AB3CD",
  AGENT_MESH_SLACK_SECRET: "agent-mesh-dev/slack",
  AGENT_MESH_CHANGE_MACHINE_ARN: "arn:aws:states:af-south-1:123456789012:stateMachine:change",
  AGENT_MESH_ROLLBACK_MACHINE_ARN: "arn:aws:states:af-south-1:123456789012:stateMachine:rollback",
};

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Handler = (event: object, context: object) => Promise<Answer & Record<string, unknown>>;

/** A request as API Gateway's HTTP API hands it over (payload version 2.0). */
const request = (method: string, path: string, more: { headers?: object; body?: string } = {}) => ({
  version: "2.0",
  routeKey: "$default",
  rawPath: path,
  rawQueryString: "",
  headers: { host: "conductor.example.com", ...more.headers },
  requestContext: { http: { method, path, sourceIp: "203.0.113.1" }, domainName: "conductor.example.com" },
  isBase64Encoded: false,
  body: more.body ?? null,
});

describeWire("the functions that people reach, deployed", (moto) => {
  let home: Home;
  let queueUrl: string;
  let credentials: Credentials;
  const place = () => ({ region: "af-south-1", endpoint: moto().endpoint, credentials });

  /** What somebody gets who works in a role of the development account. */
  async function inRole(role: string): Promise<Credentials> {
    const anybody = { accessKeyId: "test", secretAccessKey: "test" };
    const sts = clientOf(
      { region: "af-south-1", endpoint: moto().endpoint, credentials: anybody },
      STSClient,
    );
    const RoleArn = `arn:aws:iam::${ENVIRONMENTS.dev.account}:role/${role}`;
    const { Credentials: given } = await sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: "function" }),
    );
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = given ?? {};
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  }

  beforeAll(async () => {
    credentials = await inRole("somebody");
    const found = emulatorFrom({ AWS_ENDPOINT_URL: moto().endpoint });
    const emulator = { ...found, place: { ...found.place, credentials } };
    const data = mkdtempSync(join(tmpdir(), "conductor-web-"));
    home = await openAwsRecord({ emulator, data, create: true });
    const secrets = clientOf(place(), SecretsManagerClient);
    await secrets.send(
      new CreateSecretCommand({ Name: "agent-mesh-dev/signing-key", SecretString: "k".repeat(64) }),
    );
    await secrets.send(
      new CreateSecretCommand({ Name: "agent-mesh-dev/slack", SecretString: JSON.stringify(SLACK) }),
    );
    const queue = new CreateQueueCommand({ QueueName: "agent-mesh-dev-subtasks" });
    queueUrl = (await clientOf(place(), SQSClient).send(queue)).QueueUrl ?? "";
    await verify({ ...place() }, ENVIRONMENTS.dev.mail.sender);
    const grace = { principal: "grace", grants: grantsOf(["approver:dev"]), mail: "grace@example.com" };
    await savePerson(home.world.table, grace, "test", new Date());
    await waiting(home.world);
  });

  afterAll(() => {
    home?.close();
    if (home) rmSync(join(home.directory.path, ".."), { recursive: true, force: true });
  });

  beforeEach(() => {
    for (const stream of ["log", "info", "error", "warn", "debug"] as const)
      vi.spyOn(console, stream).mockImplementation(() => {});
    return () => {
      vi.unstubAllEnvs();
      vi.restoreAllMocks();
    };
  });

  /** A function as Lambda loads it, in the role that it is deployed with. */
  async function load(name: string, lane = "none"): Promise<Handler> {
    const given = await inRole(`agent-mesh-dev-${lane}-${name}`);
    vi.resetModules();
    const variables = {
      ...deployed,
      AWS_ENDPOINT_URL: moto().endpoint,
      AGENT_MESH_QUEUE_URL: queueUrl,
      AWS_ACCESS_KEY_ID: given.accessKeyId,
      AWS_SECRET_ACCESS_KEY: given.secretAccessKey,
      AWS_SESSION_TOKEN: given.sessionToken,
    };
    for (const [variable, value] of Object.entries(variables)) vi.stubEnv(variable, value);
    return ((await import(`../../../lambdas/${name}/index.ts`)) as { handler: Handler }).handler;
  }

  test("the API works without a token where it may, and not elsewhere", async () => {
    const api = await load("api");
    const health = await api(request("GET", "/api/conductor/health"), lambdaContext("api"));
    expect([health.statusCode, JSON.parse(health.body)]).toMatchObject([
      200,
      { status: "ok", simulated: false },
    ]);
    const me = await api(request("GET", "/api/conductor/me"), lambdaContext("api"));
    expect([me.statusCode, JSON.parse(me.body).name]).toEqual([401, "TokenMissing"]);
  });

  test("the notifier mails whoever may decide, once, and its link opens the page that asks who they are", async () => {
    const notifier = await load("notifier");
    // Slack is out of reach from here: what it was to be told stays due, and the mail has gone all the same.
    for (let time = 0; time < 2; time++) await notifier({}, lambdaContext("notifier")).catch(() => {});
    const mails = await deliveredBy(moto());
    expect(mails.map(({ to }) => to)).toEqual([["grace@example.com"]]);
    const [, path = ""] = new RegExp(`${ORIGIN}(/approve/[\\w.-]+)`).exec(mails[0]?.html ?? "") ?? [];
    const page = await (await load("console"))(request("GET", path), lambdaContext("console"));
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain("A decision for grace");
    expect(page.body).toContain("/sign-in?fresh=1");
  }, 30_000);

  test("the console sends who has no session to sign in, and shows a forged link nothing", async () => {
    const pages = await load("console");
    const door = await pages(request("GET", "/executions"), lambdaContext("console"));
    expect([door.statusCode, door.headers["location"]]).toEqual([303, "/sign-in?next=%2Fexecutions"]);
    expect(door.headers["content-security-policy"]).toContain("https://pages.example.com");
    const forged = await pages(request("GET", "/approve/e30.AAAA"), lambdaContext("console"));
    expect([forged.statusCode, forged.body.includes("photo")]).toEqual([403, false]);
  });

  test("Slack's door puts what is signed into the queue, and refuses the rest", async () => {
    const door = await load("slack");
    const body = new URLSearchParams({
      command: "/status",
      text: "exec_dev",
      user_id: "UGRACE",
      response_url: "https://hooks.slack.com/commands/1",
    }).toString();
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const signed = (signature: string) =>
      request("POST", "/slack/commands", {
        body,
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          "x-slack-request-timestamp": timestamp,
          "x-slack-signature": signature,
        },
      });
    const forged = await door(signed("v0=00"), lambdaContext("slack"));
    expect(forged.statusCode).toBe(401);
    const taken = await door(
      signed(signatureOf(SLACK.signingSecret, { timestamp, body })),
      lambdaContext("slack"),
    );
    expect([taken.statusCode, JSON.parse(taken.body).text]).toEqual([200, "On it."]);
    const receive = new ReceiveMessageCommand({ QueueUrl: queueUrl });
    const { Messages = [] } = await clientOf(place(), SQSClient).send(receive);
    expect(Messages.map(({ Body }) => JSON.parse(Body ?? ""))).toMatchObject([{ command: "/status" }]);
  });

  describe("a watch", () => {
    test.each([
      ["health-watch", "health"],
      ["stack-watch", "stacks"],
      ["spending-watch", "spending"],
    ] as const)(
      "%s files its report in its own role, and does nothing in another's",
      async (name, watch) => {
        const filed = await (await load(name, "read-only"))({}, lambdaContext(name));
        expect(filed).toMatchObject({ watch, troubles: expect.any(Number) });
        expect(await lastReport(home.world.table, watch, "dev")).toMatchObject({ sha256: filed["sha256"] });
        const elsewhere = await load(name, "execute");
        await expect(elsewhere({}, lambdaContext(name))).rejects.toMatchObject({ name: "WrongLane" });
      },
      60_000,
    );
  });
});
