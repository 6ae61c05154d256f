import { MetricUnit } from "@aws-lambda-powertools/metrics";
import { S3AnchorStore } from "../../adapters/aws/anchor-store.ts";
import { ownPlace } from "../../adapters/aws/caller.ts";
import { placeFrom } from "../../adapters/aws/clients.ts";
import { EventBridgeBus } from "../../adapters/aws/event-bus.ts";
import { machinesFrom, meshFrom } from "../../adapters/aws/mesh.ts";
import { StepFunctionsOrchestrator } from "../../adapters/aws/orchestrator.ts";
import { DynamoTable } from "../../adapters/aws/table.ts";
import { itemOf, type Row } from "../../adapters/aws/table-rows.ts";
import { systemClock } from "../../adapters/embedded/system-clock.ts";
import { instrumentsOf } from "../instruments.ts";
import { ownEnvironment } from "../record-world.ts";
import { type Dispatching, dispatchOutbox } from "./handler.ts";

const { logger, metrics, traced, around } = instrumentsOf("dispatcher");
const place = ownPlace({ ...placeFrom(process.env), traced });
const { table, anchors, bus } = meshFrom(process.env, ["table", "anchors", "bus"]);
const dispatching: Dispatching = {
  table: new DynamoTable(place, table, systemClock),
  receivers: {
    orchestrator: new StepFunctionsOrchestrator(place, machinesFrom(process.env)),
    anchors: new S3AnchorStore(
      place,
      anchors,
      ownEnvironment(process.env).timelineRetentionDays,
      systemClock,
    ),
  },
  bus: new EventBridgeBus(place, bus, systemClock),
  itemOf: (image) => itemOf(image as Row),
  onUndelivered: (error) => {
    metrics.addMetric("Undelivered", MetricUnit.Count, 1);
    logger.error("an effect or an event could not be delivered; the schedule tries again", { error });
  },
};

/**
 * Lambda's entry. It needs AGENT_MESH_KV_TABLE, AGENT_MESH_ANCHORS_BUCKET, AGENT_MESH_EVENT_BUS and the ARNs of both
 * machines; it is called by the table's stream (new images, rows of the outboxes only) and by a schedule.
 */
export const handler = around<unknown>().handler((event) => dispatchOutbox(event, dispatching));
