import type { Hono } from "hono";
import type { LambdaEvent } from "hono/aws-lambda";
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from "jose";
import { expect, test } from "vitest";
import { grantsByGroup, userPoolFrom } from "../../../adapters/identity/cognito.ts";
import { FreshSignIn } from "../../../adapters/identity/fresh-sign-in.ts";
import { JwtVerifier } from "../../../adapters/identity/jwt-verifier.ts";
import { createApi } from "../../../api/app.ts";
import { ENVIRONMENTS } from "../../../config/environments/index.ts";
import { environment } from "../../../core/artifacts/vocabulary.ts";
import { auditWorkspace } from "../../../core/timeline/audit.ts";
import { gatewayHandler } from "../../../lambdas/web/gateway.ts";
import { waiting } from "../../api/scene.ts";
import { testHome } from "../../support/workspace.ts";

const ISSUER = "https://cognito-idp.af-south-1.amazonaws.com/af-south-1_pool";
const keys = await generateKeyPair("RS256");
const keySet = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: "k1", alg: "RS256" }] };

/** A request as API Gateway's HTTP API hands it over (payload version 2.0). */
function event(method: string, path: string, token?: string, body?: object): LambdaEvent {
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: "",
    headers: {
      host: "api.example.test",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body ? { "content-type": "application/json" } : {}),
    },
    requestContext: { http: { method, path, sourceIp: "203.0.113.1" }, domainName: "api.example.test" },
    isBase64Encoded: false,
    body: body ? JSON.stringify(body) : null,
  } as unknown as LambdaEvent;
}

interface Answer {
  readonly statusCode: number;
  readonly body: string;
}

function idToken(groups: readonly string[], signedInSecondsAgo: number) {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({
    "cognito:groups": groups,
    "cognito:username": "Grace",
    auth_time: now - signedInSecondsAgo,
    token_use: "id",
  })
    .setProtectedHeader({ alg: "RS256", kid: "k1" })
    .setSubject("6f1d2c3b-0000-0000-0000-000000000000")
    .setIssuer(ISSUER)
    .setAudience("client")
    .setIssuedAt(now)
    .setExpirationTime(now + 3_600)
    .sign(keys.privateKey);
}

function deployed() {
  const home = testHome();
  const api = createApi({
    world: home.world,
    tokens: new JwtVerifier({
      issuer: ISSUER,
      audience: "client",
      algorithm: "RS256",
      keys: createLocalJWKSet(keySet),
      grantsClaim: "cognito:groups",
      nameClaim: "cognito:username",
    }),
    stepUp: new FreshSignIn("always"),
    environments: environment.options,
    audit: () => auditWorkspace(home),
    agents: [],
    simulated: false,
    onError: (error) => {
      throw error;
    },
  });
  const answer = gatewayHandler(api as unknown as Hono);
  return {
    world: home.world,
    ask: async (...of: Parameters<typeof event>) => (await answer(event(...of))) as Answer,
  };
}

test("what API Gateway hands over is answered as on one machine's port", async () => {
  const { world, ask } = deployed();
  await waiting(world);
  const refused = await ask("GET", "/api/conductor/execution/exec_dev");
  expect([refused.statusCode, JSON.parse(refused.body).name]).toEqual([401, "TokenMissing"]);
  const token = await idToken(["viewer:dev", "some-other-group"], 0);
  const { statusCode, body } = await ask("GET", "/api/conductor/execution/exec_dev", token);
  expect([statusCode, JSON.parse(body).id]).toEqual([200, "exec_dev"]);
  const me = await ask("GET", "/api/conductor/me", token);
  expect(JSON.parse(me.body)).toEqual({
    principal: "grace",
    grants: [{ role: "viewer", environment: "dev" }],
  });
});

test("a critical gate takes a sign-in of the last five minutes", async () => {
  const { world, ask } = deployed();
  await waiting(world, "prod");
  const path = "/api/conductor/gates/gate_prod/approve";
  const stale = await ask("POST", path, await idToken(["approver:prod"], 301), {});
  expect([stale.statusCode, JSON.parse(stale.body).name]).toEqual([401, "StepUpRequired"]);
  const fresh = await ask("POST", path, await idToken(["approver:prod"], 60), {});
  expect([fresh.statusCode, JSON.parse(fresh.body).status]).toEqual([200, "approved"]);
});

test("an API that was deployed without its user pool says so", () => {
  expect(() => userPoolFrom({ AGENT_MESH_TOKEN_ISSUER: ISSUER }, ENVIRONMENTS.dev)).toThrow(
    /^AGENT_MESH_TOKEN_AUDIENCE and AGENT_MESH_SIGN_IN_PAGES is not set/,
  );
});

test("the groups of an environment's pool are roles there, and no group of another name is one", () => {
  const { groups } = ENVIRONMENTS.dev;
  const dev = { environment: "dev", groups: { ...groups, approver: "release-managers" } } as const;
  expect(grantsByGroup(["release-managers", "approver", "admin:prod", "viewer"], dev)).toEqual([
    { role: "viewer", environment: "dev" },
    { role: "approver", environment: "dev" },
  ]);
});
