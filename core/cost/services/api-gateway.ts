import { type Charge, charge, free, HOURS_PER_MONTH, unpriced, whenKnown } from "../charge.ts";
import { type Fact, mapFact } from "../fact.ts";
import { service, type Use } from "../service.ts";

export interface HttpApiFacts {
  readonly webSocket: Fact<boolean>;
}

/** https://aws.amazon.com/api-gateway/pricing: HTTP APIs by request, WebSocket APIs by message and minute. */
export function httpApiCharges(facts: HttpApiFacts, use: Use<"AWS::ApiGatewayV2::Api">): readonly Charge[] {
  return whenKnown("API", { webSocket: facts.webSocket }, ({ webSocket }) =>
    webSocket
      ? [
          charge("messages", "api.message", use("messagesPerMonth")),
          charge("connections", "api.connection", use("connectionMinutesPerMonth")),
        ]
      : [charge("requests", "api.http", use("requestsPerMonth"))],
  );
}

export const httpApi = service({
  type: "AWS::ApiGatewayV2::Api",
  read: (properties) => ({
    webSocket: mapFact(properties.text("ProtocolType", "HTTP"), (protocol) => protocol === "WEBSOCKET"),
  }),
  charges: httpApiCharges,
});

export const restApi = service({
  type: "AWS::ApiGateway::RestApi",
  read: () => ({}),
  charges: (_facts, use) => [charge("requests", "api.rest", use("requestsPerMonth"))],
});

export interface StageFacts {
  readonly cached: Fact<boolean>;
  /** In GB, as CloudFormation names the sizes: "0.5", "1.6", … */
  readonly cacheSize: Fact<string>;
  readonly traced: Fact<boolean>;
}

/** A stage is free but for its cache, which is paid for by the hour and by size, and for the traces it begins. */
export function stageCharges({ cached, cacheSize, traced }: StageFacts): readonly Charge[] {
  return [
    ...whenKnown("cache", { cached, cacheSize }, (known) =>
      known.cached
        ? [charge(`cache of ${known.cacheSize} GB`, `api.cache#${known.cacheSize}`, HOURS_PER_MONTH)]
        : [free("a stage without a cache is free")],
    ),
    ...whenKnown("traces", { traced }, (known) =>
      known.traced ? [unpriced("traces: how many requests reach one stage of an API is not assumed")] : [],
    ),
  ];
}

export const restStage = service({
  type: "AWS::ApiGateway::Stage",
  read: (properties) => ({
    cached: properties.flag("CacheClusterEnabled", false),
    cacheSize: properties.text("CacheClusterSize", "0.5"),
    traced: properties.flag("TracingEnabled", false),
  }),
  charges: stageCharges,
});
