import { expect, test } from "vitest";
import { openWeb } from "../../../bin/home/web.ts";
import { testHome } from "../../support/workspace.ts";

test("what somebody sends is delivered at once; who only looks causes nothing", async () => {
  let deliveries = 0;
  const errors: unknown[] = [];
  const driver = {
    visited: () => [],
    deliver: async () => {
      deliveries += 1;
      if (deliveries === 2) throw new Error("the disk is full");
      return 0;
    },
  };
  const onError = (error: unknown) => errors.push(error);
  const origin = "http://localhost:4100";
  const { app } = await openWeb(testHome(), { origin, driver, onError });
  const send = async (method: string, path: string) =>
    (await app.fetch(new Request(origin + path, { method }))).status;
  expect(await send("GET", "/openapi.json")).toBe(200);
  expect(deliveries).toBe(0);
  expect(await send("POST", "/api/conductor/pipeline/start")).toBe(401);
  expect(await send("POST", "/sign-in")).toBeLessThan(500);
  await new Promise((resolve) => setImmediate(resolve));
  expect(deliveries).toBe(2);
  expect(errors).toEqual([expect.objectContaining({ message: "the disk is full" })]);
});
