import { randomUUID } from "node:crypto";
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  type PutItemInput,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { clientOf } from "../../adapters/aws/clients.ts";
import { DynamoTable } from "../../adapters/aws/table.ts";
import { EXPIRY_ATTRIBUTE, tableDefinition } from "../../adapters/aws/table-definition.ts";
import { systemClock } from "../../adapters/embedded/system-clock.ts";
import { away, errorOf, type Ground, type MakingStep, require } from "./step.ts";

const nameIn = ({ prefix }: Ground) => `${prefix}-table`;

async function run(ground: Ground): Promise<void> {
  const TableName = nameIn(ground);
  const client = clientOf(ground.place, DynamoDBClient);
  await client.send(new CreateTableCommand(tableDefinition(TableName)));
  await waitUntilTableExists({ client, maxWaitTime: 120, minDelay: 1 }, { TableName });
  const TimeToLiveSpecification = { AttributeName: EXPIRY_ATTRIBUTE, Enabled: true };
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  await requireOnce(client, TableName);
  await requireReasons(client, TableName);
  const table = new DynamoTable(ground.place, TableName, systemClock);
  await table.transact([{ put: { pk: "P", sk: "row", attributes: { a: 1 } }, expect: "absent" }]);
  const told = await errorOf(
    table.transact([{ put: { pk: "P", sk: "row", attributes: { a: 2 } }, expect: "absent" }]),
  );
  require(told === "Conflict", `a row that is there already is told as ${told}`);
}

function transaction(TableName: string, sk: string, ClientRequestToken: string): TransactWriteItemsCommand {
  const Put = {
    TableName,
    Item: { pk: { S: "P" }, sk: { S: sk } },
    ConditionExpression: "attribute_not_exists(pk)",
  } satisfies PutItemInput;
  return new TransactWriteItemsCommand({ TransactItems: [{ Put }], ClientRequestToken });
}

async function requireOnce(client: DynamoDBClient, table: string): Promise<void> {
  const token = randomUUID();
  await client.send(transaction(table, "once", token));
  const told = await errorOf(client.send(transaction(table, "once", token)));
  require(told === undefined, `a transaction that comes again with its token ends with ${told}`);
}

async function requireReasons(client: DynamoDBClient, table: string): Promise<void> {
  const error = await client.send(transaction(table, "once", randomUUID())).catch((one: unknown) => one);
  require(error instanceof TransactionCanceledException, `a failed condition ends with ${String(error)}`);
  const [reason] = error.CancellationReasons ?? [];
  require(reason?.Code === "ConditionalCheckFailed", `the reason of a failed condition is ${reason?.Code}`);
}

export const TABLE: MakingStep = {
  what: "a transaction is done once for its token, and tells why it was cancelled",
  proves: [31, 32, 34],
  makes: (ground) => `the table ${nameIn(ground)}, on demand`,
  costs: "$0.0001 for a few writes",
  run,
  cleanUp: (ground) => {
    const command = new DeleteTableCommand({ TableName: nameIn(ground) });
    return away(clientOf(ground.place, DynamoDBClient).send(command));
  },
};
