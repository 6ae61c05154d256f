import type { Snapshot } from "../../../core/cloud/stack.ts";
import type { AccountBehind } from "./account-behind.ts";
import { pageOf } from "./paging.ts";
import { type Params, text } from "./query.ts";
import type { Answer } from "./xml.ts";

type Call = (params: Params, account: AccountBehind) => Promise<Answer>;

/** What RDS tells of snapshots. */
export const RDS_CALLS: Readonly<Record<string, Call>> = {
  DescribeDBSnapshots: async (params, account) => {
    const { items, next } = await found(params, account, "AWS::RDS::DBInstance", "DBInstanceIdentifier");
    return {
      Marker: next,
      DBSnapshots: items.map((one) => ({
        DBSnapshotIdentifier: one.snapshotId,
        DBInstanceIdentifier: one.of,
        SnapshotCreateTime: one.createdAt,
        Status: one.status,
        Encrypted: one.encrypted,
      })),
    };
  },
  DescribeDBClusterSnapshots: async (params, account) => {
    const { items, next } = await found(params, account, "AWS::RDS::DBCluster", "DBClusterIdentifier");
    return {
      Marker: next,
      DBClusterSnapshots: items.map((one) => ({
        DBClusterSnapshotIdentifier: one.snapshotId,
        DBClusterIdentifier: one.of,
        SnapshotCreateTime: one.createdAt,
        Status: one.status,
        StorageEncrypted: one.encrypted,
      })),
    };
  },
};

async function found(params: Params, account: AccountBehind, type: string, name: string) {
  const physicalId = text(params, name) ?? "";
  const all = await account.cloud.reader().snapshots({ type, physicalId });
  return pageOf<Snapshot>(account, all, text(params, "Marker"));
}

/** What DynamoDB tells of backups, in JSON. */
export async function listBackups(params: Params, account: AccountBehind): Promise<Answer> {
  const TableName = text(params, "TableName") ?? "";
  const resource = { type: "AWS::DynamoDB::Table", physicalId: TableName };
  const { items, next } = pageOf(
    account,
    await account.cloud.reader().snapshots(resource),
    text(params, "ExclusiveStartBackupArn"),
  );
  return {
    BackupSummaries: items.map((one) => ({
      TableName,
      BackupArn: one.snapshotId,
      BackupCreationDateTime: Date.parse(one.createdAt) / 1_000,
      BackupStatus: one.status.toUpperCase(),
    })),
    ...(next === undefined ? {} : { LastEvaluatedBackupArn: next }),
  };
}
