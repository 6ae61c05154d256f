import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from "aws-cdk-lib/aws-dynamodb";
import { RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";

export interface MeshTableProps {
  readonly tableName: string;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * The one table of a workspace, as docs/adr/0014-one-dynamodb-table.md has it: paid by the request, recoverable to any
 * second of the last 35 days, with indexes of keys only and a stream of what is put.
 */
export class MeshTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { tableName, removalPolicy }: MeshTableProps) {
    super(scope, id);
    const text = (name: string) => ({ name, type: AttributeType.STRING });
    this.table = new Table(this, "Table", {
      tableName,
      partitionKey: text("pk"),
      sortKey: text("sk"),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.DEFAULT,
      timeToLiveAttribute: "expiresAt",
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      stream: StreamViewType.NEW_IMAGE,
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      removalPolicy,
    });
    for (const index of ["index1", "index2"])
      this.table.addGlobalSecondaryIndex({
        indexName: index,
        partitionKey: text(`${index}pk`),
        sortKey: text(`${index}sk`),
        projectionType: ProjectionType.KEYS_ONLY,
      });
  }
}
