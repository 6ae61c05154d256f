import { CfnArchive, EventBus } from "aws-cdk-lib/aws-events";
import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";
import { RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";

export interface ArchivedEventBusProps {
  /** Without one CloudFormation finds a free one. */
  readonly busName?: string;
  /** How long past events can be replayed; 0 keeps none. */
  readonly archiveDays?: number;
  readonly removalPolicy?: RemovalPolicy;
}

/** An event bus that remembers what went over it. */
export class ArchivedEventBus extends Construct {
  readonly bus: EventBus;

  constructor(scope: Construct, id: string, props: ArchivedEventBusProps = {}) {
    super(scope, id);
    const archiveDays = props.archiveDays ?? 7;
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    const bus = new EventBus(this, "Bus", props.busName === undefined ? {} : { eventBusName: props.busName });
    bus.applyRemovalPolicy(removalPolicy);
    this.bus = bus;
    if (archiveDays > 0) {
      // CDK's own archive insists on a pattern; without one every event is kept.
      const archive = new CfnArchive(this, "Archive", {
        sourceArn: bus.eventBusArn,
        retentionDays: archiveDays,
      });
      archive.applyRemovalPolicy(removalPolicy);
    }
  }

  /** Lets the grantee publish events. */
  grantPublish(grantee: IGrantable): void {
    Grant.addToPrincipal({
      grantee,
      actions: ["events:PutEvents"],
      resourceArns: [this.bus.eventBusArn],
    });
  }
}
