import { randomUUID } from "node:crypto";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type AwsPlace, clientOf } from "../../adapters/aws/clients.ts";
import { DynamoTable } from "../../adapters/aws/table.ts";
import { tableDefinition } from "../../adapters/aws/table-definition.ts";
import type { Clock } from "../../core/clock.ts";
import { TestClock } from "./clock.ts";
import type { Moto } from "./moto-server.ts";

/** Makes an empty table at the server and gives its name. */
export async function createTable(place: AwsPlace): Promise<string> {
  const name = `agent-mesh-test-${randomUUID()}`;
  await clientOf(place, DynamoDBClient).send(new CreateTableCommand(tableDefinition(name)));
  return name;
}

/** An empty table, and several ways into it with clients of their own, as several processes have them. */
export async function dynamoTables(
  moto: Moto,
  count: number,
  clock: Pick<Clock, "now"> = new TestClock(),
): Promise<DynamoTable[]> {
  const name = await createTable(moto.place());
  return Array.from({ length: count }, () => new DynamoTable(moto.place(), name, clock));
}

/** A table as it is seen by way of this server, or the proxy before it. */
export function tableThrough(
  moto: Moto,
  { endpoint }: { readonly endpoint: string },
  name: string,
): DynamoTable {
  return new DynamoTable(moto.place({ endpoint }), name, new TestClock());
}
