import { type Charge, charge, whenKnown } from "../charge.ts";
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
