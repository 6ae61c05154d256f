import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Names } from "../../../config/environments/names.ts";
import type { EnvironmentConfig } from "../../../config/environments/schema.ts";
import { DRIFT_READING, SNAPSHOT_READING, STACK_READING } from "./account-reading.ts";
import type { FunctionSpec } from "./functions.ts";
import { MACHINES } from "./machines.ts";

/**
 * The partitions in which an agent's own evidence stands (core/table/keys.ts): its results, artifacts and spending, the
 * timeline, what is to be published of it, and memory. Gates, locks, answers to tasks and requests stand in others.
 */
const EVIDENCE = ["EXECUTION#*", "CHAIN#*", "BUDGET#*", "OUTBOX#EVENTS", "MEMORY#*"];

/** What people were told, and the record of it. */
const TOLD = ["NOTICE#*", "MAIL#*", "GLASS", "CHAIN#*"];

const SECRETS = ["signing-key", "slack"] as const;
type Secret = (typeof SECRETS)[number];

const TABLE_READING = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"];
/** What the parts of a transaction are judged by. */
const TABLE_APPENDING = ["dynamodb:ConditionCheckItem", "dynamodb:PutItem"];
const TABLE_WRITING = [...TABLE_APPENDING, "dynamodb:DeleteItem"];

/** What each function may do, by its lane and its tasks, as IAM's policy statements of one environment. */
export class Permissions {
  readonly #names: Names;
  readonly #config: EnvironmentConfig;

  constructor(names: Names, config: EnvironmentConfig) {
    this.#names = names;
    this.#config = config;
  }

  /** What a function may do beside its own log and traces. */
  of({ lane, thinks = false, looks = false }: FunctionSpec): PolicyStatement[] {
    const shared = [
      ...this.#reading(),
      ...(thinks ? this.#thinking() : []),
      ...(looks ? this.#looking() : []),
    ];
    switch (lane) {
      case "none":
        return [...shared, this.#control(), this.#artifacts("PutObject")];
      case "read_only":
        return [...shared, ...this.#evidence()];
      case "dry_run":
        return [...shared, ...this.#evidence(), ...this.#proposing()];
      case "execute":
        return [...shared, this.#control(), this.#artifacts("PutObject"), this.#applying()];
    }
  }

  /** Why resources in the statements have wildcards, by the resource. */
  wildcards(): Record<string, string> {
    const { arn, artifacts, machine, timeline } = this.#names;
    return {
      "*": "These look, or answer whoever gave them a token: AWS knows no narrower resource for them, or none whose name is known before a change",
      [arn("ses", "identity/*")]:
        "From one address alone: in SES's sandbox recipients are identities as well",
      [arn("cloudformation", "stack/*")]:
        "Which stacks people will have changed is not known before; Conductor's own are denied",
      [`arn:aws:s3:::${artifacts}/artifacts/*`]: "Artifacts are named by the hash of what is in them",
      [`arn:aws:s3:::${artifacts}/templates/*`]: "Templates are named by the hash of what is in them",
      ...Object.fromEntries(
        SECRETS.map((name) => [
          this.#secret(name),
          "Secrets Manager puts characters of its own behind a secret's name",
        ]),
      ),
      ...Object.fromEntries(
        MACHINES.map((name) => [
          arn("states", `execution:${machine(name)}:*`),
          "Runs of a state machine are named by the executions they carry on",
        ]),
      ),
      [`arn:aws:s3:::${timeline}/anchors/*`]: "Anchors are named by the chain and the hash they hold",
      ...Object.fromEntries(
        this.#models().map((model) => [model, "Where a profile finds room is AWS's choice"]),
      ),
    };
  }

  /** For a watch: it appends what it found, and no more. */
  watching({ looks }: { readonly looks: boolean }): PolicyStatement[] {
    const own = allow(
      "FileItsReport",
      TABLE_APPENDING,
      this.#table(),
      leading(["WATCH#*", "CHAIN#workspace"]),
    );
    const seen = looks ? [...this.#looking(), ...this.readingAnchors()] : [];
    return [...this.#reading(), own, this.#artifacts("PutObject"), ...seen];
  }

  /** Cost Explorer knows no resource: whoever may ask sees the account's bill. */
  readingTheBill(): PolicyStatement {
    return allow("ReadTheBill", ["ce:GetCostAndUsage"], ["*"]);
  }

  /** For functions that act for people who have said who they are: decisions, sessions, requests. */
  servingPeople(): PolicyStatement[] {
    return [...this.#reading(), this.#control(), this.#artifacts("PutObject")];
  }

  /** For the function that tells people what waits for them. */
  telling(): PolicyStatement[] {
    const { arn, mailSet } = this.#names;
    const { sender } = this.#config.mail;
    return [
      ...this.#reading(),
      allow("RememberWhatWasTold", TABLE_WRITING, this.#table(), leading(TOLD)),
      allow(
        "SendMails",
        ["ses:SendEmail"],
        // In SES's sandbox whom a mail is for counts as an identity as well.
        [arn("ses", "identity/*"), arn("ses", `configuration-set/${mailSet}`)],
        { StringEquals: { "ses:FromAddress": sender } },
      ),
    ];
  }

  /** For the function at Slack's door: it knows each request once, and puts it into the queue. */
  takingFromSlack(): PolicyStatement[] {
    const { arn, queue } = this.#names;
    return [
      allow("KnowRequestsAgain", [...TABLE_READING, ...TABLE_WRITING], this.#table(), leading(["SLACK#*"])),
      allow("PutIntoTheQueue", ["sqs:SendMessage"], [arn("sqs", queue)]),
    ];
  }

  takingFromTheQueue(): PolicyStatement[] {
    const { arn, queue } = this.#names;
    const actions = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
    return [allow("TakeFromTheQueue", [...actions, "sqs:ReceiveMessage"], [arn("sqs", queue)])];
  }

  readingSecret(...secrets: readonly Secret[]): PolicyStatement {
    return allow(
      "ReadSecrets",
      ["secretsmanager:GetSecretValue"],
      secrets.map((name) => this.#secret(name)),
    );
  }

  /** Secrets Manager puts six characters of its own behind each name. */
  #secret(name: Secret): string {
    const { arn, secret } = this.#names;
    return arn("secretsmanager", `secret:${secret(name)}-??????`);
  }

  /** Names of anchors say all there is in them. */
  readingAnchors(): PolicyStatement[] {
    return [allow("ListAnchors", ["s3:ListBucketVersions"], [`arn:aws:s3:::${this.#names.timeline}`])];
  }

  readingHistories(machines: readonly string[]): PolicyStatement {
    const { arn, machine } = this.#names;
    const runs = machines.map((name) => arn("states", `execution:${machine(name)}:*`));
    return allow("ReadHistories", ["states:GetExecutionHistory"], runs);
  }

  /** For the function that delivers what is in the outbox, and works in no lane. */
  dispatching(machines: readonly string[]): PolicyStatement[] {
    const { timeline, bus, arn } = this.#names;
    const machineArns = machines.map((name) => arn("states", `stateMachine:${name}`));
    return [
      allow("ReadTheOutbox", TABLE_READING, this.#table()),
      allow("CrossOff", ["dynamodb:DeleteItem"], this.#table(), leading(["OUTBOX", "OUTBOX#EVENTS"])),
      allow("Start", ["states:StartExecution"], machineArns),
      // Whoever has a task's token may answer it; Step Functions knows no resource for that.
      allow("Answer", ["states:SendTaskFailure", "states:SendTaskSuccess"], ["*"]),
      allow(
        "AnchorTheRecord",
        ["s3:PutObject", "s3:PutObjectRetention"],
        [`arn:aws:s3:::${timeline}/anchors/*`],
      ),
      allow("Publish", ["events:DescribeEventBus", "events:PutEvents"], [arn("events", `event-bus/${bus}`)]),
    ];
  }

  #reading(): PolicyStatement[] {
    return [
      allow("ReadTheTable", TABLE_READING, this.#table()),
      this.#artifacts("GetObject"),
      // Without it S3 says of a missing artifact that access is denied.
      allow("TellMissingArtifacts", ["s3:ListBucket"], [`arn:aws:s3:::${this.#names.artifacts}`]),
    ];
  }

  #evidence(): PolicyStatement[] {
    return [
      allow("AppendItsOwnEvidence", TABLE_APPENDING, this.#table(), leading(EVIDENCE)),
      // A memory that another one has taken the place of.
      allow("ForgetWhatIsOutdated", ["dynamodb:DeleteItem"], this.#table(), leading(["MEMORY#*"])),
      this.#artifacts("PutObject"),
    ];
  }

  #control(): PolicyStatement {
    return allow("KeepTheExecution", TABLE_WRITING, this.#table());
  }

  #artifacts(action: "GetObject" | "PutObject"): PolicyStatement {
    const sid = action === "GetObject" ? "ReadArtifacts" : "StoreArtifacts";
    return allow(sid, [`s3:${action}`], [`arn:aws:s3:::${this.#names.artifacts}/artifacts/*`]);
  }

  /** An account's stacks, but not ours: what is no business of theirs (law 12) they need not see either. */
  #looking(): PolicyStatement[] {
    const { arn } = this.#names;
    return [
      allow("LookAtStacks", STACK_READING, [arn("cloudformation", "stack/*")]),
      // Lists of an account: none can be asked for by a resource that is not known yet.
      allow("LookAtSnapshots", SNAPSHOT_READING, ["*"]),
      // CloudFormation compares each resource with its template as whoever asks it to.
      allow("CompareWithTemplates", DRIFT_READING, ["*"]),
      this.#keepOff(),
    ];
  }

  #proposing(): PolicyStatement[] {
    const { arn, artifacts, iamArn, role } = this.#names;
    const serviceRole = iamArn(`role/${role("cfn")}`);
    const templates = [`arn:aws:s3:::${artifacts}/templates/*`];
    return [
      allow("ProposeChanges", ["cloudformation:CreateChangeSet"], [arn("cloudformation", "stack/*")], {
        StringEquals: { "cloudformation:RoleArn": serviceRole },
      }),
      allow("WithdrawProposals", ["cloudformation:DeleteChangeSet"], [arn("cloudformation", "stack/*")]),
      allow("HandTheServiceItsRole", ["iam:PassRole"], [serviceRole], {
        StringEquals: { "iam:PassedToService": "cloudformation.amazonaws.com" },
      }),
      // CloudFormation reads a template too large for a request as whoever asks it to.
      allow("HandOverTemplates", ["s3:GetObject", "s3:PutObject"], templates),
    ];
  }

  #applying(): PolicyStatement {
    const { iamArn, role } = this.#names;
    const actions = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"];
    return allow("ApplyInASession", actions, [iamArn(`role/${role("apply")}`)]);
  }

  #thinking(): PolicyStatement[] {
    const models = this.#models();
    return models.length === 0 ? [] : [allow("AskModels", ["bedrock:InvokeModel"], models)];
  }

  /** An inference profile hands a call on to the model it is named after, in whichever region has room. */
  #models(): string[] {
    const { models, account } = this.#config;
    if (!models) return [];
    const ids = [models.primary, models.secondary, models.embedding].flatMap((model) =>
      model ? [model.slice("bedrock:".length)] : [],
    );
    return ids.flatMap((id) => [
      `arn:aws:bedrock:${models.region}:${account}:inference-profile/${id}`,
      `arn:aws:bedrock:*::foundation-model/${id.replace(/^(global|eu|us|apac)\./, "")}`,
    ]);
  }

  #keepOff(): PolicyStatement {
    const { arn } = this.#names;
    return new PolicyStatement({
      sid: "KeepOffConductor",
      effect: Effect.DENY,
      actions: ["cloudformation:CreateChangeSet", "cloudformation:DeleteChangeSet"],
      resources: [arn("cloudformation", "stack/agent-mesh-*")],
    });
  }

  #table(): string[] {
    const table = this.#names.arn("dynamodb", `table/${this.#names.table}`);
    return [table, `${table}/index/index1`, `${table}/index/index2`];
  }
}

/** The domain that mails are sent from. */
export function mailDomain({ mail }: Pick<EnvironmentConfig, "mail">): string {
  return mail.sender.slice(mail.sender.indexOf("@") + 1);
}

type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

function leading(partitions: readonly string[]): Conditions {
  return { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": partitions } };
}

function allow(
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
  conditions?: Conditions,
): PolicyStatement {
  return new PolicyStatement({
    sid,
    actions: [...actions],
    resources: [...resources],
    ...(conditions && { conditions }),
  });
}
