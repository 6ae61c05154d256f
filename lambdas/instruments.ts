import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { Tracer } from "@aws-lambda-powertools/tracer";
import { captureLambdaHandler } from "@aws-lambda-powertools/tracer/middleware";
import middy, { type MiddyfiedHandler } from "@middy/core";

/** What tells of one function's work: its log, its traces, its figures. */
export interface Instruments {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Has a client's calls appear in the traces. */
  readonly traced: <Client>(client: Client) => Client;
  /** Lambda's entry with all of it around: every call and every failure is counted. */
  readonly around: <Event>() => MiddyfiedHandler<Event, object>;
}

/** @param name as logs, traces and metrics call the function */
export function instrumentsOf(serviceName: string): Instruments {
  const logger = new Logger({ serviceName });
  const tracer = new Tracer({ serviceName });
  const metrics = new Metrics({ namespace: "Conductor", serviceName });
  return {
    logger,
    metrics,
    traced: (client) => tracer.captureAWSv3Client(client),
    around: <Event>() =>
      middy<Event, object>()
        .use(injectLambdaContext(logger, { resetKeys: true }))
        .use(captureLambdaHandler(tracer))
        .use(logMetrics(metrics, { captureColdStartMetric: true }))
        .use({
          // Whatever is returned here would be the function's answer.
          before: () => void metrics.addMetric("Calls", MetricUnit.Count, 1),
          onError: () => void metrics.addMetric("Failures", MetricUnit.Count, 1),
        }),
  };
}
