import * as z from "zod";
import { block } from "./block.ts";

const route = z
  .string()
  .regex(
    /^(GET|POST|PUT|PATCH|DELETE|ANY) \/[A-Za-z0-9_./{}+-]*$/,
    'must be a method and a path: "GET /photos/{id}"',
  );

export const httpApi = block({
  name: "http_api",
  title: "HTTP API with a function",
  keywords: ["api", "http", "rest", "endpoint", "web service", "function", "lambda", "backend"],
  holdsState: false,
  parameters: z.strictObject({
    routes: z
      .array(route)
      .min(1)
      .max(50)
      .refine(
        (routes) => new Set(routes.map(shapeOf)).size === routes.length,
        "must differ by more than the names of variables",
      )
      .default(["GET /"]),
    /** `none` opens the API to everybody; the risk report says so. */
    authorization: z.enum(["iam", "none"]).default("iam"),
    memoryMb: z.int().min(128).max(10_240).default(256),
    timeoutSeconds: z.int().min(1).max(29).default(10),
    requestsPerSecond: z.int().min(1).max(10_000).default(50),
  }),
  sizing: ({ environment }) => ({ memoryMb: environment === "prod" ? 512 : 256 }),
  frugal: (parameters) => ({ ...parameters, memoryMb: 128 }),
  priced: ({ memoryMb }) => [
    { type: "AWS::ApiGatewayV2::Api", properties: { ProtocolType: "HTTP" } },
    {
      type: "AWS::Lambda::Function",
      properties: {
        MemorySize: memoryMb,
        Architectures: ["arm64"],
        Runtime: "nodejs24.x",
        TracingConfig: { Mode: "Active" },
      },
    },
    { type: "AWS::Logs::LogGroup", properties: {} },
    { type: "AWS::Logs::LogGroup", properties: {} },
  ],
});

/** API Gateway takes two routes that differ only in a variable's name for one. */
function shapeOf(route: string): string {
  return route.replace(/\{[^}]*\}/g, "{}");
}
