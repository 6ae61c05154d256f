import { createRequire } from "node:module";
import { afterEach, expect, test, vi } from "vitest";

interface Response {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const { handler } = createRequire(import.meta.url)("../../../../lib/constructs/http-api/handler.cjs") as {
  handler(event: { routeKey: string }): Promise<Response>;
};

afterEach(() => vi.unstubAllEnvs());

test("the function says who answered, on which route, and what it can reach", async () => {
  vi.stubEnv("SERVICE_NAME", "api");
  vi.stubEnv("SERVICE_USES", "catalog,photos");
  const { statusCode, headers, body } = await handler({ routeKey: "GET /photos/{id}" });
  expect(statusCode).toBe(200);
  expect(headers).toMatchObject({ "content-type": "application/json", "cache-control": "no-store" });
  expect(JSON.parse(body)).toEqual({
    service: "api",
    route: "GET /photos/{id}",
    uses: ["catalog", "photos"],
  });
});

test("a function that uses nothing says so", async () => {
  vi.stubEnv("SERVICE_NAME", "api");
  vi.stubEnv("SERVICE_USES", "");
  const { body } = await handler({ routeKey: "GET /" });
  expect(JSON.parse(body)).toMatchObject({ uses: [] });
});

test("the function gives nothing away of where things are", async () => {
  vi.stubEnv("SERVICE_USES", "signing");
  vi.stubEnv("SIGNING_SECRET_ARN", "arn:aws:secretsmanager:af-south-1:111122223333:secret:signing");
  const { body } = await handler({ routeKey: "GET /" });
  expect(body).not.toContain("arn:");
});
