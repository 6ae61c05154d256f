import { Grant, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { acknowledgeWildcards } from "./acknowledge.ts";
import { retentionOfAtLeast } from "./log-retention.ts";

export interface MeshMachineProps {
  readonly stateMachineName: string;
  readonly roleName: string;
  /** In Amazon States Language, with `${…}` where a function's ARN or a queue's URL goes. */
  readonly definition: string;
  /** The functions, by the names the definition has for their ARNs. */
  readonly functions: ReadonlyMap<string, IFunction>;
  /** The queues, by the names the definition has for their URLs. */
  readonly queues: ReadonlyMap<string, QueueName>;
  readonly logRetentionDays: number;
  readonly logKey?: IKey | undefined;
}

export interface QueueName {
  readonly url: string;
  readonly arn: string;
}

/**
 * One of our state machines. Its definition stands in the template, where every validator sees it, and its role may
 * call exactly the functions it names.
 */
export class MeshMachine extends Construct {
  readonly machine: StateMachine;

  /** @throws when the definition names a function or a queue that is not there */
  constructor(scope: Construct, id: string, props: MeshMachineProps) {
    super(scope, id);
    const named = placeholders(props.definition);
    const called = [...props.functions].filter(([name]) => named.includes(name));
    const sent = [...props.queues].filter(([name]) => named.includes(name));
    const unknown = named.find((name) => !props.functions.has(name) && !props.queues.has(name));
    if (unknown !== undefined)
      throw new Error(
        `${props.stateMachineName} names \${${unknown}}, and there is no function or queue of that name`,
      );
    const role = new Role(this, "Role", {
      roleName: props.roleName,
      assumedBy: new ServicePrincipal("states.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
    });
    Grant.addToPrincipal({
      grantee: role,
      actions: ["lambda:InvokeFunction"],
      resourceArns: called.map(([, { functionArn }]) => functionArn),
    });
    if (sent.length > 0)
      Grant.addToPrincipal({
        grantee: role,
        actions: ["sqs:SendMessage"],
        resourceArns: sent.map(([, { arn }]) => arn),
      });
    acknowledgeWildcards(role, {
      "*": "X-Ray takes traces, and CloudWatch Logs deliveries, for no narrower resource",
    });
    this.machine = new StateMachine(this, "Machine", {
      stateMachineName: props.stateMachineName,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(props.definition),
      definitionSubstitutions: Object.fromEntries([
        ...called.map(([name, { functionArn }]) => [name, functionArn]),
        ...sent.map(([name, { url }]) => [name, url]),
      ]) as Record<string, string>,
      role,
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, "Logs", {
          logGroupName: `/aws/vendedlogs/states/${props.stateMachineName}`,
          retention: retentionOfAtLeast(props.logRetentionDays),
          ...(props.logKey && { encryptionKey: props.logKey }),
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        // Payloads name artifacts and carry none of them, but what people wrote in a goal's name is theirs.
        includeExecutionData: false,
      },
    });
  }
}

/** The names in `${…}`, each once, in order. */
export function placeholders(definition: string): string[] {
  return [...new Set([...definition.matchAll(/\$\{(\w+)\}/g)].map(([, name = ""]) => name))];
}
