import { DynamoDBClient, ListBackupsCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeDBClusterSnapshotsCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import type { Snapshot } from "../../../core/cloud/stack.ts";
import { clientOf } from "../clients.ts";
import type { Account } from "./account.ts";
import { all } from "./pages.ts";
import { asked } from "./refusal.ts";
import { instant } from "./stack-answers.ts";

type Look = (account: Account, physicalId: string) => Promise<readonly Snapshot[]>;

/** Where the snapshots of each type are looked for. Of any other type none is known, and its deletion is refused. */
const LOOKS: ReadonlyMap<string, Look> = new Map([
  ["AWS::RDS::DBInstance", instanceSnapshots],
  ["AWS::RDS::DBCluster", clusterSnapshots],
  ["AWS::DynamoDB::Table", tableBackups],
]);

/** Newest first. */
export async function snapshotsOf(
  account: Account,
  { type, physicalId }: { readonly type: string; readonly physicalId: string },
): Promise<readonly Snapshot[]> {
  const look = LOOKS.get(type);
  if (look === undefined) return [];
  const found = await asked(`looking for snapshots of ${physicalId}`, () => look(account, physicalId));
  return found.toSorted((a, b) => (a.createdAt > b.createdAt ? -1 : 1));
}

async function instanceSnapshots(account: Account, physicalId: string): Promise<readonly Snapshot[]> {
  const rds = clientOf(account.place, RDSClient);
  const found = await all(async (Marker) => {
    const page = await rds.send(new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: physicalId, Marker }));
    return { items: page.DBSnapshots ?? [], next: page.Marker };
  });
  return found.map((one) => ({
    snapshotId: one.DBSnapshotIdentifier ?? "",
    of: physicalId,
    createdAt: instant(one.SnapshotCreateTime),
    status: statusOf(one.Status),
    encrypted: one.Encrypted === true,
  }));
}

async function clusterSnapshots(account: Account, physicalId: string): Promise<readonly Snapshot[]> {
  const rds = clientOf(account.place, RDSClient);
  const found = await all(async (Marker) => {
    const command = new DescribeDBClusterSnapshotsCommand({ DBClusterIdentifier: physicalId, Marker });
    const page = await rds.send(command);
    return { items: page.DBClusterSnapshots ?? [], next: page.Marker };
  });
  return found.map((one) => ({
    snapshotId: one.DBClusterSnapshotIdentifier ?? "",
    of: physicalId,
    createdAt: instant(one.SnapshotCreateTime),
    status: statusOf(one.Status),
    encrypted: one.StorageEncrypted === true,
  }));
}

/** DynamoDB encrypts every backup. */
async function tableBackups(account: Account, physicalId: string): Promise<readonly Snapshot[]> {
  const dynamoDb = clientOf(account.place, DynamoDBClient);
  const found = await all(async (ExclusiveStartBackupArn) => {
    const command = new ListBackupsCommand({
      TableName: physicalId,
      BackupType: "ALL",
      ExclusiveStartBackupArn,
    });
    const page = await dynamoDb.send(command);
    return { items: page.BackupSummaries ?? [], next: page.LastEvaluatedBackupArn };
  });
  return found.map((one) => ({
    snapshotId: one.BackupArn ?? "",
    of: physicalId,
    createdAt: instant(one.BackupCreationDateTime),
    status: statusOf(one.BackupStatus),
    encrypted: true,
  }));
}

/** One that is being made, or copied, will be there; whatever is neither there nor coming cannot be restored. */
function statusOf(status = ""): Snapshot["status"] {
  const said = status.toLowerCase();
  if (said === "available") return "available";
  return ["creating", "copying", "pending"].includes(said) ? "creating" : "failed";
}
