import { MetricUnit } from "@aws-lambda-powertools/metrics";
import { callerAt, ownPlace } from "../adapters/aws/caller.ts";
import { type AwsPlace, placeFrom } from "../adapters/aws/clients.ts";
import type { EnvironmentConfig } from "../config/environments/schema.ts";
import { requireLaneRole } from "../core/lane/lane.ts";
import type { World } from "../core/ports.ts";
import { fileReport, type Seen, type Watch } from "../core/watch/report.ts";
import { instrumentsOf } from "./instruments.ts";
import { ownEnvironment, recordWorld } from "./record-world.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** What a watch looks with. */
export interface Watching {
  readonly world: World;
  readonly environment: EnvironmentConfig;
  readonly place: AwsPlace;
}

type Look = (watching: Watching) => Promise<Seen>;

/**
 * Lambda's entry of a watch, called by a schedule: it looks, in the read_only lane, and files what it found. What is
 * more than a remark becomes the metric Troubles, of which an alarm tells.
 * @throws InputError, LaneError when its deployment is not what it needs
 */
export function watchEntry(name: string, watch: Watch, variables: Variables, look: Look) {
  const { logger, metrics, traced, around } = instrumentsOf(name);
  const place = ownPlace({ ...placeFrom(variables), traced });
  const environment = ownEnvironment(variables);
  const world = recordWorld(place, variables);
  return around<unknown>().handler(async () => {
    requireLaneRole(name, "read_only", (await callerAt(place)).arn);
    const seen = await look({ world, environment, place });
    const at = world.clock.now().toISOString();
    const filed = await fileReport(world, { watch, environment: environment.environment, at, ...seen });
    metrics.addMetric("Troubles", MetricUnit.Count, filed.troubles);
    for (const finding of seen.findings) logger.warn(finding.message, { finding });
    return { ...filed };
  });
}
