import type { CancellationReason, TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { keyOf } from "../../core/table/limits.ts";
import { type Expectation, TableError, versionAfter, type Write } from "../../core/table/table.ts";
import { AwsError } from "./errors.ts";
import { keyRow, rowOf } from "./table-rows.ts";

/** A write with its expectation as DynamoDB takes it. `now`: seconds since 1970, after which rows count as gone. */
export function transactItem(table: string, write: Write, now: number): TransactWriteItem {
  const on = { TableName: table, ...conditionOf(write.expect, now) };
  if ("put" in write) {
    return { Put: { ...on, Item: rowOf(write.put, versionAfter(write.expect)) } };
  }
  if ("remove" in write) return { Delete: { ...on, Key: keyRow(write.remove) } };
  return { ConditionCheck: { ...on, Key: keyRow(write.check) } };
}

function conditionOf(expect: Expectation, now: number) {
  const time = { ":now": { N: String(now) } };
  return expect === "absent"
    ? {
        ConditionExpression: "attribute_not_exists(pk) OR expiresAt <= :now",
        ExpressionAttributeValues: time,
      }
    : {
        ConditionExpression: "version = :held AND (attribute_not_exists(expiresAt) OR expiresAt > :now)",
        ExpressionAttributeValues: { ...time, ":held": { N: String(expect) } },
      };
}

const PASSING = new Set(["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"]);

/**
 * Why DynamoDB cancelled a transaction, in our names; undefined when it only met another one or was throttled, and
 * may be sent again.
 */
export function cancellation(
  reasons: readonly CancellationReason[],
  writes: readonly Write[],
): TableError | AwsError | undefined {
  const codes = reasons.map(({ Code = "None" }) => Code);
  const failed = writes[codes.indexOf("ConditionalCheckFailed")];
  if (failed) {
    const { pk, sk } = keyOf(failed);
    return new TableError("Conflict", `${pk} ${sk} is not at ${failed.expect} any more`);
  }
  const other = reasons.find(({ Code = "None" }) => Code !== "None" && !PASSING.has(Code));
  if (!other) return undefined;
  return isSize(other.Message) ? tooLarge(other.Message) : refused(other);
}

/** DynamoDB has several sentences for a row or a transaction that is too large. */
export function isSize(message = ""): boolean {
  return /size.*exceed|exceed.*size/i.test(message);
}

export function tooLarge(message = ""): TableError {
  return new TableError(
    "TooLarge",
    `DynamoDB stores no more than 400 KB in a row and 4 MB together: ${message}`,
  );
}

function refused({ Code, Message }: CancellationReason): AwsError {
  return new AwsError("RequestRefused", `DynamoDB cancelled the transaction: ${Code} ${Message ?? ""}`);
}
