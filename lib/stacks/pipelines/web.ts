import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { EventSourceMapping, type IFunction } from "aws-cdk-lib/aws-lambda";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { CfnOutput, Duration, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { Names } from "../../../config/environments/names.ts";
import type { EnvironmentConfig } from "../../../config/environments/schema.ts";
import { alarm } from "../../constructs/alarm-topic.ts";
import { MailSender } from "../../constructs/mail-sender.ts";
import { PeoplePool } from "../../constructs/people-pool.ts";
import { WebApi } from "../../constructs/web-api.ts";
import { MACHINES } from "./machines.ts";
import type { MeshFunctions } from "./mesh-functions.ts";
import { mailDomain, type Permissions } from "./permissions.ts";
import { Schedule } from "./schedule.ts";
import { machineVariablesOf } from "./variables.ts";

export interface WebProps {
  readonly config: EnvironmentConfig;
  readonly names: Names;
  readonly permissions: Permissions;
  readonly functions: MeshFunctions;
  readonly topic: ITopic;
  readonly logKey: IKey | undefined;
}

/** API Gateway hangs up after 30 seconds. */
const WEB_SECONDS = 29;

/** Where people decide: their pool, the API, the console, mails, and Slack where there is one. */
export class Web extends Construct {
  /** What of it bears no name of ours: API Gateway gives its APIs names of its own. */
  readonly arns: readonly string[];
  readonly #props: WebProps;
  readonly #api: WebApi;
  readonly #pool: PeoplePool;

  constructor(scope: Construct, id: string, props: WebProps) {
    super(scope, id);
    this.#props = props;
    const { config, names, logKey } = props;
    this.#api = new WebApi(this, "Api", {
      apiName: names.mesh,
      domain: config.domain,
      requestsPerSecond: config.requestsPerSecond,
      logRetentionDays: config.logRetentionDays,
      logKey,
    });
    this.arns = this.#api.arns;
    this.#pool = new PeoplePool(this, "People", {
      poolName: names.mesh,
      pagesPrefix: names.signInPages,
      groups: Object.values(config.groups),
      origin: this.#api.origin,
      retain: config.retain,
      removalPolicy: config.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.#api.trust(this.#pool);
    this.#entries();
    this.#mails();
    if (config.slack) this.#slack();
    this.#outputs();
    alarm(this, "ApiErrors", props.topic, {
      metric: new Metric({
        namespace: "AWS/ApiGateway",
        metricName: "5xx",
        dimensionsMap: { ApiId: this.#api.apiId },
        statistic: "Sum",
        period: Duration.minutes(5),
      }),
      above: 5,
      periods: 2,
      description: "The API or the console fails; see docs/operations.md, ApiErrors",
    });
  }

  #entries(): void {
    const { functions, names, permissions } = this.#props;
    const environment = { ...this.#poolVariables(), AGENT_MESH_ANCHORS_BUCKET: names.timeline };
    const statements = [...permissions.servingPeople(), ...permissions.readingAnchors()];
    const common = { lane: "none", environment, timeoutSeconds: WEB_SECONDS } as const;
    const api = functions.add({ ...common, name: "api", description: "Answers programs", statements });
    const console = functions.add({
      ...common,
      name: "console",
      description: "Answers people's browsers",
      statements: [
        ...statements,
        permissions.readingSecret("signing-key"),
        permissions.readingHistories(MACHINES),
      ],
      environment: { ...environment, ...this.#linkVariables(), ...machineVariablesOf(names) },
    });
    this.#api.route({ key: "ANY /api/{proxy+}", lambda: api });
    const open = (key: string, openBecause: string) => this.#api.route({ key, lambda: api, openBecause });
    open("GET /api/conductor/health", "It says no more than that the API answers");
    open("GET /openapi.json", "The same document is in the repository");
    this.#api.route({
      key: "$default",
      lambda: console,
      openBecause: "The console holds sessions of its own, opened by a sign-in at the user pool",
    });
  }

  #mails(): void {
    const { config, functions, names, permissions, topic } = this.#props;
    new MailSender(this, "Mails", { domain: mailDomain(config), configurationSetName: names.mailSet });
    const secrets = config.slack ? (["signing-key", "slack"] as const) : (["signing-key"] as const);
    const notifier = functions.add({
      name: "notifier",
      lane: "none",
      description: "Tells people of the gates that wait for them",
      statements: [...permissions.telling(), permissions.readingSecret(...secrets)],
      environment: {
        ...this.#linkVariables(),
        ...this.#slackVariables(),
        AGENT_MESH_MAIL_SET: names.mailSet,
      },
      timeoutSeconds: 60,
    });
    new Schedule(this, "Notify", { names, every: { minutes: 1 }, lambda: notifier });
    alarm(this, "NotTold", topic, {
      metric: notifier.metricErrors({ period: Duration.minutes(1) }),
      above: 0,
      periods: 5,
      description: "People are not told of their gates; see docs/operations.md, NotTold",
    });
  }

  /** Slack's door answers at once; what it was asked is done as it leaves the queue. */
  #slack(): void {
    const { functions, names, permissions } = this.#props;
    const environment = this.#slackVariables();
    const door = functions.add({
      name: "slack",
      lane: "none",
      description: "Takes what is asked in Slack",
      statements: [...permissions.takingFromSlack(), permissions.readingSecret("slack")],
      environment,
      timeoutSeconds: 10,
    });
    const worker: IFunction = functions.add({
      name: "slack-worker",
      lane: "none",
      description: "Does what was asked in Slack",
      statements: [
        ...permissions.servingPeople(),
        ...permissions.takingFromTheQueue(),
        permissions.readingSecret("slack"),
      ],
      environment: { ...environment, ...this.#linkVariables() },
      timeoutSeconds: 30,
    });
    new EventSourceMapping(this, "Asked", {
      target: worker,
      eventSourceArn: names.arn("sqs", names.queue),
      batchSize: 5,
      reportBatchItemFailures: true,
    });
    this.#api.route({
      key: "POST /slack/{proxy+}",
      lambda: door,
      openBecause: "Slack signs each request, and the function refuses those it has not signed",
    });
  }

  #poolVariables(): Record<string, string> {
    return {
      AGENT_MESH_TOKEN_ISSUER: this.#pool.issuer,
      AGENT_MESH_TOKEN_AUDIENCE: this.#pool.clientId,
      AGENT_MESH_SIGN_IN_PAGES: this.#pool.pages,
    };
  }

  #linkVariables(): Record<string, string> {
    return {
      AGENT_MESH_ORIGIN: this.#api.origin,
      AGENT_MESH_SIGNING_KEY_SECRET: this.#props.names.secret("signing-key"),
      AGENT_MESH_SIGNING_KEY_VERSION: String(this.#props.config.signingKeyVersion),
    };
  }

  #slackVariables(): Record<string, string> {
    const { config, names } = this.#props;
    if (!config.slack) return {};
    return {
      AGENT_MESH_SLACK_CHANNEL: config.slack.channel,
      AGENT_MESH_SLACK_SECRET: names.secret("slack"),
    };
  }

  /** For people to read: nothing is exported. */
  #outputs(): void {
    const output = (id: string, description: string, value: string) =>
      new CfnOutput(Stack.of(this), id, { description, value });
    output("ConsoleUrl", "Where people decide", this.#api.origin);
    output("UserPoolId", "The pool of people", this.#pool.poolId);
    output("UserPoolClientId", "For whom tokens are", this.#pool.clientId);
    if (this.#api.domainTarget)
      output("DomainTarget", "What the domain's record has to lead to", this.#api.domainTarget);
  }
}
