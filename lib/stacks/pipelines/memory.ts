import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import type { Stack } from "aws-cdk-lib/core";
import type { Names } from "../../../config/environments/names.ts";

/** What a function needs to ask the large tier's database. */
export interface MemoryMeans {
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly PolicyStatement[];
}

/** The database and its secret, as the large tier's stack has left them to be looked up. */
export function memoryOf(stack: Stack, names: Names): MemoryMeans {
  const lookUp = (name: string) => StringParameter.valueForStringParameter(stack, names.parameter(name));
  const [cluster, secret, key] = ["memory-cluster-arn", "memory-secret-arn", "data-key-arn"].map(lookUp) as [
    string,
    string,
    string,
  ];
  return {
    environment: { AGENT_MESH_MEMORY_CLUSTER_ARN: cluster, AGENT_MESH_MEMORY_SECRET_ARN: secret },
    statements: [
      new PolicyStatement({
        sid: "RecallByMeaning",
        actions: ["rds-data:ExecuteStatement"],
        resources: [cluster],
      }),
      // The Data API reads the password as whoever calls it.
      new PolicyStatement({
        sid: "SignInToTheMemory",
        actions: ["secretsmanager:GetSecretValue"],
        resources: [secret],
      }),
      new PolicyStatement({
        sid: "DecryptThePassword",
        actions: ["kms:Decrypt"],
        resources: [key],
        conditions: {
          StringEquals: { "kms:ViaService": `secretsmanager.${stack.region}.amazonaws.com` },
        },
      }),
    ],
  };
}
