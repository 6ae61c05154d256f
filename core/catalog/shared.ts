import type { PricedResource } from "./block.ts";
import type { BlockName } from "./catalog.ts";

interface Placed {
  readonly block: BlockName;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What the blocks of one stack share, as far as it costs something: one key, one log bucket, one network. */
export function sharedResources(components: readonly Placed[]): PricedResource[] {
  const has = (block: BlockName) => components.some((component) => component.block === block);
  const shared: PricedResource[] = [];
  if (components.some(({ parameters }) => parameters["customerManagedKey"] === true)) {
    shared.push({ type: "AWS::KMS::Key", properties: {} });
  }
  if (has("artifacts_bucket")) shared.push({ type: "AWS::S3::Bucket", properties: {} });
  if (has("database")) {
    const group = "flow-logs";
    const flowLog = {
      LogDestinationType: "cloud-watch-logs",
      LogGroupName: { Ref: group },
      TrafficType: "ALL",
      ResourceType: "VPC",
    };
    shared.push(
      { type: "AWS::EC2::FlowLog", properties: flowLog },
      { address: group, type: "AWS::Logs::LogGroup", properties: {} },
    );
  }
  return shared;
}
