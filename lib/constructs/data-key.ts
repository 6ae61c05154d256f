import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";

export interface DataKeyProps {
  readonly description?: string;
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The customer-managed key a stack's blocks share.
 * Its policy leaves access to IAM and never names a user of the key, so that adding one leaves the key alone.
 */
export class DataKey extends Construct {
  readonly key: IKey;

  constructor(scope: Construct, id: string, props: DataKeyProps = {}) {
    super(scope, id);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    this.key = new Key(this, "Key", {
      enableKeyRotation: true,
      // A key that may go goes as soon as KMS allows; one that may not keeps the longest time to think.
      pendingWindow: Duration.days(removalPolicy === RemovalPolicy.DESTROY ? 7 : 30),
      ...props,
      removalPolicy,
    });
  }
}

const READ = ["kms:Decrypt", "kms:DescribeKey"];
const WRITE = [...READ, "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"];

export interface KeyUse {
  readonly key: IKey;
  /** The service that calls KMS on the grantee's behalf: the key is of no use to it in any other way. */
  readonly through: "s3" | "dynamodb" | "secretsmanager";
  readonly access: "read" | "write";
}

/** Lets the grantee use the key, but only for what it does through one service. */
export function grantKeyUse(grantee: IGrantable, { key, through, access }: KeyUse): Grant {
  const service = `${through}.${Stack.of(key).region}.amazonaws.com`;
  return Grant.addToPrincipal({
    grantee,
    actions: access === "read" ? READ : WRITE,
    resourceArns: [key.keyArn],
    conditions: { StringEquals: { "kms:ViaService": service } },
  });
}
