import { CfnOutput, RemovalPolicy, type Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { z } from "zod";
import type { BlockName, CATALOG } from "../../core/catalog/catalog.ts";
import { ArtifactsBucket } from "../../lib/constructs/artifacts-bucket.ts";
import { Database } from "../../lib/constructs/database/database.ts";
import { ArchivedEventBus } from "../../lib/constructs/event-bus.ts";
import { GeneratedSecret } from "../../lib/constructs/generated-secret.ts";
import type { FunctionNetwork } from "../../lib/constructs/http-api/api-function.ts";
import { HttpApi, type Reachable } from "../../lib/constructs/http-api/http-api.ts";
import { KvStore } from "../../lib/constructs/kv-store.ts";
import { TaskQueue } from "../../lib/constructs/task-queue.ts";
import { type BuildContext, type Component, removalPolicyOf } from "./component.ts";
import type { SharedResources } from "./shared-resources.ts";

/** Where a block is built, and what stands around it. */
export interface Site {
  readonly stack: Stack;
  readonly context: BuildContext;
  readonly shared: SharedResources;
  /** The blocks the component uses. */
  readonly neighbours: ReadonlySet<BlockName>;
}

/** A block as the others see it. */
export interface Built extends Reachable {
  /** Where its own function is, when it has one. */
  readonly api?: HttpApi;
}

type Parameters<Name extends BlockName> = z.output<(typeof CATALOG)[Name]["parameters"]>;
type Build<Name extends BlockName> = (name: string, parameters: Parameters<Name>, site: Site) => Built;

/** Builds one component from its block's construct. */
export function buildBlock({ block, name, parameters }: Component, site: Site): Built {
  // The catalog parsed the parameters by this very block, which the compiler cannot know.
  const build = BLOCKS[block] as Build<BlockName>;
  return build(name, parameters as Parameters<BlockName>, site);
}

const BLOCKS: { readonly [Name in BlockName]: Build<Name> } = {
  kv_store: (name, parameters, site) => {
    const store = new KvStore(site.stack, name, {
      ...parameters,
      ...kept(site),
      ...encrypted(parameters, site),
    });
    const { tableName } = store.table;
    output(store, "TableName", tableName);
    return {
      coordinates: { TABLE_NAME: tableName },
      grantTo: (client) => store.grantReadWrite(client),
    };
  },

  artifacts_bucket: (name, parameters, site) => {
    const { accessLogs } = site.shared;
    const artifacts = new ArtifactsBucket(site.stack, name, {
      ...parameters,
      ...kept(site),
      ...encrypted(parameters, site),
      accessLogs,
    });
    const { bucketName } = artifacts.bucket;
    output(artifacts, "BucketName", bucketName);
    return {
      coordinates: { BUCKET_NAME: bucketName },
      grantTo: (client) => artifacts.grantReadWrite(client),
    };
  },

  event_bus: (name, parameters, site) => {
    const events = new ArchivedEventBus(site.stack, name, { ...parameters, ...kept(site) });
    const { eventBusName } = events.bus;
    output(events, "BusName", eventBusName);
    return {
      coordinates: { BUS_NAME: eventBusName },
      grantTo: (client) => events.grantPublish(client),
    };
  },

  task_queue: (name, parameters, site) => {
    const tasks = new TaskQueue(site.stack, name, { ...parameters, ...kept(site) });
    const { queueUrl } = tasks.queue;
    output(tasks, "QueueUrl", queueUrl);
    return {
      coordinates: { QUEUE_URL: queueUrl },
      grantTo: (client) => tasks.grantSend(client),
    };
  },

  secret: (name, parameters, site) => {
    const secret = new GeneratedSecret(site.stack, name, {
      ...parameters,
      ...kept(site),
      ...encrypted(parameters, site),
    });
    output(secret, "SecretArn", secret.secretArn);
    return {
      coordinates: { SECRET_ARN: secret.secretArn },
      grantTo: (client) => secret.grantRead(client),
    };
  },

  http_api: (name, parameters, site) => {
    const { logRetentionDays } = site.context;
    const api = new HttpApi(site.stack, name, {
      ...parameters,
      ...kept(site),
      logRetentionDays,
      network: networkOf(site),
    });
    output(api, "Url", api.url);
    return {
      coordinates: { URL: api.url },
      grantTo: (client) => api.grantInvoke(client),
      api,
    };
  },

  database: (name, parameters, site) => {
    const { vpc } = site.shared.network;
    const database = new Database(site.stack, name, {
      ...parameters,
      ...encrypted(parameters, site),
      vpc,
      // A retained instance would run on unmanaged and be paid for: what is kept of it is a snapshot.
      removalPolicy: site.context.retain ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY,
    });
    output(database, "Host", database.host, `Once, as its owner: ${database.admission(DATABASE_USER)}`);
    return {
      coordinates: {
        DATABASE_HOST: database.host,
        DATABASE_PORT: String(database.port),
        DATABASE_NAME: database.databaseName,
        DATABASE_USER: DATABASE_USER,
      },
      grantTo: (client) => database.grantConnect(client, DATABASE_USER),
    };
  },
};

/** Blocks a function calls by the internet, unlike S3 and DynamoDB, to which a network has a way of its own. */
const OUTSIDE: ReadonlySet<BlockName> = new Set(["event_bus", "task_queue", "secret", "http_api"]);

/** A function needs a network when it uses a database, and a way out of it when it uses other services too. */
function networkOf({ neighbours, shared }: Site): FunctionNetwork | undefined {
  if (!neighbours.has("database")) return undefined;
  const outward = [...neighbours].some((block) => OUTSIDE.has(block));
  return outward ? shared.network.forOutwardFunctions() : shared.network.forFunctions();
}

/** Whom functions sign in as. The owner makes the user once; no template can. */
const DATABASE_USER = "app";

function kept({ context }: Site) {
  return { removalPolicy: removalPolicyOf(context) };
}

function encrypted({ customerManagedKey }: { readonly customerManagedKey: boolean }, { shared }: Site) {
  return { encryptionKey: customerManagedKey ? shared.dataKey : undefined };
}

function output(scope: Construct, id: string, value: string, description?: string): void {
  new CfnOutput(scope, id, { value, ...(description !== undefined && { description }) });
}
