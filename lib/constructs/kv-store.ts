import { type Attribute, AttributeType, BillingMode, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { grantKeyUse } from "./data-key.ts";

export interface KvStoreProps {
  readonly partitionKey?: string;
  readonly sortKey?: string | undefined;
  /** The attribute that holds each item's expiry, seconds since 1970. */
  readonly timeToLiveAttribute?: string | undefined;
  readonly pointInTimeRecovery?: boolean;
  /** Without one DynamoDB encrypts with a key it owns. */
  readonly encryptionKey?: IKey | undefined;
  readonly removalPolicy?: RemovalPolicy;
}

const READ_WRITE = [
  "dynamodb:BatchGetItem",
  "dynamodb:BatchWriteItem",
  "dynamodb:ConditionCheckItem",
  "dynamodb:DeleteItem",
  "dynamodb:DescribeTable",
  "dynamodb:GetItem",
  "dynamodb:PutItem",
  "dynamodb:Query",
  "dynamodb:Scan",
  "dynamodb:UpdateItem",
];

/** A DynamoDB table, paid by the request and recoverable to any second of the last 35 days. */
export class KvStore extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: KvStoreProps = {}) {
    super(scope, id);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    this.table = new Table(this, "Table", {
      partitionKey: stringAttribute(props.partitionKey ?? "id"),
      ...(props.sortKey !== undefined && { sortKey: stringAttribute(props.sortKey) }),
      ...(props.timeToLiveAttribute !== undefined && { timeToLiveAttribute: props.timeToLiveAttribute }),
      ...encryption(props.encryptionKey),
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: props.pointInTimeRecovery ?? true,
      },
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      removalPolicy,
    });
  }

  /** Lets the grantee read and write items, not change the table. */
  grantReadWrite(grantee: IGrantable): void {
    const { tableArn, encryptionKey } = this.table;
    Grant.addToPrincipal({ grantee, actions: READ_WRITE, resourceArns: [tableArn] });
    if (encryptionKey) grantKeyUse(grantee, { key: encryptionKey, through: "dynamodb", access: "write" });
  }
}

function stringAttribute(name: string): Attribute {
  return { name, type: AttributeType.STRING };
}

/** Without a key nothing is said of encryption: "SSEEnabled: false" is how DynamoDB spells its own key. */
function encryption(encryptionKey: IKey | undefined) {
  return encryptionKey ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey } : {};
}
