import type { CreateTableCommandInput, GlobalSecondaryIndex } from "@aws-sdk/client-dynamodb";

/** The attribute by which DynamoDB removes expired rows; it must be switched on beside the table. */
export const EXPIRY_ATTRIBUTE = "expiresAt";

/**
 * The one table, as it must be wherever it is made (docs/adr/0014-one-dynamodb-table.md). The indexes hold keys only:
 * a write that leaves a row's place in a list as it is costs nothing there.
 */
export function tableDefinition(name: string) {
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["pk", "sk", "index1pk", "index1sk", "index2pk", "index2sk"].map((column) => ({
      AttributeName: column,
      AttributeType: "S",
    })),
    KeySchema: keySchema("pk", "sk"),
    GlobalSecondaryIndexes: [index("index1"), index("index2")],
  } as const satisfies CreateTableCommandInput;
}

function index(name: string) {
  return {
    IndexName: name,
    KeySchema: keySchema(`${name}pk`, `${name}sk`),
    Projection: { ProjectionType: "KEYS_ONLY" },
  } as const satisfies GlobalSecondaryIndex;
}

function keySchema(partition: string, sort: string) {
  return [
    { AttributeName: partition, KeyType: "HASH" as const },
    { AttributeName: sort, KeyType: "RANGE" as const },
  ];
}
