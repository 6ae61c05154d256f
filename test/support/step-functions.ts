import type { AwsPlace } from "../../adapters/aws/clients.ts";
import { stateMachineArn } from "../../engine/arn.ts";

/** Where the engine of a test harness says it is. */
export const HOME = { region: "us-east-1", accountId: "000000000000" } as const;

export function machineArn(name: string): string {
  return stateMachineArn(HOME, name);
}

export function place(endpoint: string, more: Partial<AwsPlace> = {}): AwsPlace {
  return {
    region: HOME.region,
    endpoint,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    ...more,
  };
}
