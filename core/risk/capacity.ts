import type { RiskReason } from "../artifacts/validation-report.ts";
import type { ChangedResource } from "../change/infrastructure-change.ts";
import { type Altered, altered, at, numberOf, type RiskRule, reason, touched } from "./subject.ts";

interface Amount {
  readonly types: RegExp;
  readonly path: string;
  readonly what: string;
}

/** How much of something runs. */
const AMOUNTS: readonly Amount[] = [
  { types: /^AWS::ECS::Service$/, path: "DesiredCount", what: "tasks" },
  { types: /^AWS::AutoScaling::AutoScalingGroup$/, path: "DesiredCapacity", what: "machines" },
  { types: /^AWS::AutoScaling::AutoScalingGroup$/, path: "MaxSize", what: "machines at most" },
  { types: /^AWS::Lambda::Function$/, path: "ReservedConcurrentExecutions", what: "runs at a time" },
  { types: /^AWS::EKS::Nodegroup$/, path: "ScalingConfig.DesiredSize", what: "machines" },
  { types: /^AWS::ApplicationAutoScaling::ScalableTarget$/, path: "MaxCapacity", what: "units at most" },
  { types: /^AWS::Kinesis::Stream$/, path: "ShardCount", what: "shards" },
  { types: /^AWS::RDS::DBInstance$/, path: "AllocatedStorage", what: "GB" },
];

/** Beyond these limits scaling is no routine. */
const TIMES = 10;
const FEW = 20;

/** To nothing, or to many times as much; and versions nobody can go back from. */
export const capacity: RiskRule = ({ change }) => [
  ...altered(change).flatMap((one) => [...amounts(one), ...versions(one)]),
  ...touched(change).flatMap(privileges),
];

function amounts({ address, type, before, after }: Altered): RiskReason[] {
  return AMOUNTS.filter(({ types }) => types.test(type)).flatMap(({ path, what }) => {
    const [was, is] = [numberOf(at(before, path)), numberOf(at(after, path))];
    if (was === undefined || is === undefined || was === is || was < 0 || is < 0) return [];
    if (is === 0 && was > 0) return [reason("capacity", address, `no ${what} would be left of ${was}`, 45)];
    if (is > FEW && is >= was * TIMES)
      return [reason("capacity", address, `it would grow from ${was} to ${is} ${what}`, 45)];
    return [reason("capacity", address, `${was} ${what} would become ${is}`, 2)];
  });
}

function versions({ address, type, before, after }: Altered): RiskReason[] {
  if (!/^AWS::(RDS|DocDB|Neptune|ElastiCache|OpenSearchService)::/.test(type)) return [];
  const [was, is] = [at(before, "EngineVersion"), at(after, "EngineVersion")].map(majorOf);
  if (was === undefined || is === undefined || was === is) return [];
  return [reason("capacity", address, `its engine would go from version ${was} to ${is}, and not back`, 45)];
}

/** PostgreSQL counts whole numbers from 10 on, MySQL in two parts. */
function majorOf(version: unknown): string | undefined {
  const [, major = "", minor = ""] =
    /^(?:OpenSearch_|Elasticsearch_)?(\d+)(?:\.(\d+))?/.exec(String(version ?? "")) ?? [];
  if (major === "") return undefined;
  return Number(major) >= 10 ? major : `${major}.${minor}`;
}

/** A container that rules over the machine it runs on. */
function privileges({ address, type, before, after }: ChangedResource): RiskReason[] {
  if (type !== "AWS::ECS::TaskDefinition") return [];
  const isPrivileged = (properties: ChangedResource["after"]) =>
    /"Privileged":true/i.test(JSON.stringify(properties ?? {}));
  return isPrivileged(after) && !isPrivileged(before)
    ? [reason("privilege", address, "a container would rule over the machine it runs on", 50)]
    : [];
}
