import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { CfnSecret } from "aws-cdk-lib/aws-secretsmanager";
import { RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { grantKeyUse } from "./data-key.ts";

export interface GeneratedSecretProps {
  /** Without one CloudFormation finds a free one. */
  readonly secretName?: string;
  readonly description?: string;
  /** Characters of the generated value. */
  readonly length?: number;
  /** Without one Secrets Manager encrypts with the account's own key for it. */
  readonly encryptionKey?: IKey | undefined;
  readonly removalPolicy?: RemovalPolicy;
}

/** A secret whose value AWS makes up: nobody, template and logs included, ever saw it. */
export class GeneratedSecret extends Construct {
  readonly secretArn: string;
  readonly #encryptionKey: IKey | undefined;

  constructor(scope: Construct, id: string, props: GeneratedSecretProps = {}) {
    super(scope, id);
    // CDK's Secret would write itself into the shared key's policy; IAM decides there already.
    const secret = new CfnSecret(this, "Secret", {
      ...(props.secretName !== undefined && { name: props.secretName }),
      ...(props.description !== undefined && { description: props.description }),
      generateSecretString: { passwordLength: props.length ?? 32, excludePunctuation: true },
      ...(props.encryptionKey && { kmsKeyId: props.encryptionKey.keyArn }),
    });
    secret.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.RETAIN);
    this.secretArn = secret.ref;
    this.#encryptionKey = props.encryptionKey;
  }

  /** Lets the grantee read the value. */
  grantRead(grantee: IGrantable): void {
    Grant.addToPrincipal({
      grantee,
      actions: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
      resourceArns: [this.secretArn],
    });
    if (this.#encryptionKey)
      grantKeyUse(grantee, { key: this.#encryptionKey, through: "secretsmanager", access: "read" });
  }
}
