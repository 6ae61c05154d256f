import { S3AnchorStore } from "../../adapters/aws/anchor-store.ts";
import { meshFrom } from "../../adapters/aws/mesh.ts";
import { meshCloud } from "../../adapters/aws/mesh-cloud.ts";
import { systemClock } from "../../adapters/embedded/system-clock.ts";
import { cloudInLane } from "../../core/lane/cloud-in-lane.ts";
import { auditWorkspace } from "../../core/timeline/audit.ts";
import { together } from "../../core/watch/report.ts";
import { recordFindings, watchStacks } from "../../core/watch/stacks.ts";
import { guardFindings } from "../sentinel/policies.ts";
import { watchEntry } from "../watch.ts";

const { anchors, artifacts } = meshFrom(process.env, ["anchors", "artifacts"]);
/** Lambda gives it 15 minutes; so much of them may go into the record. */
const AUDIT_MS = 6 * 60_000;

/** Looks every night at the whole record, and at each stack that changes have left. */
export const handler = watchEntry(
  "stack-watch",
  "stacks",
  process.env,
  async ({ world, environment, place }) => {
    const { account, region, environment: name, timelineRetentionDays } = environment;
    const target = { environment: name, account, region };
    const opened = meshCloud({ target, place, clock: systemClock, bucket: artifacts, inLane: true });
    const reader = cloudInLane("stack-watch", "read_only", opened).reader();
    const store = new S3AnchorStore(place, anchors, timelineRetentionDays, systemClock);
    const audited = await recordFindings(() =>
      auditWorkspace({ world, anchors: store }, AbortSignal.timeout(AUDIT_MS)),
    );
    const stacks = await watchStacks({
      table: world.table,
      environment: name,
      region,
      reader,
      judge: guardFindings,
    });
    return together(audited, stacks);
  },
);
