import type { Hono } from "hono";
import { machinesFrom } from "../../adapters/aws/mesh.ts";
import { SecretsManagerStore } from "../../adapters/aws/secret-store.ts";
import { visitedStates } from "../../adapters/aws/visited-states.ts";
import { cognitoSignIn } from "../../adapters/identity/cognito-sign-in.ts";
import { secret } from "../../adapters/random.ts";
import { createConsole } from "../../console/app.ts";
import { lazily } from "../../core/lazily.ts";
import change from "../../statemachines/change.asl.json" with { type: "json" };
import rollback from "../../statemachines/rollback.asl.json" with { type: "json" };
import { webEntry, webOf } from "../web/entry.ts";
import { gatewayHandler } from "../web/gateway.ts";
import { linksFrom } from "../web/links.ts";

const { instruments, place, pool, shared } = webOf("console", process.env);
const { origin, key } = linksFrom(process.env, new SecretsManagerStore(place));
const machines = machinesFrom(process.env);
const definitions: Readonly<Record<string, object>> = { change, rollback };

const answer = lazily(async () =>
  gatewayHandler(
    createConsole({
      ...shared,
      secret,
      door: { provider: cognitoSignIn(pool, origin) },
      linkKey: await key(),
      definition: (machine) => definitions[machine] ?? {},
      visited: (run) => visitedStates(place, machines, run),
      examples: [],
      origin,
    }) as unknown as Hono,
  ),
);

/**
 * Lambda's entry for people's browsers: sessions of its own, opened by a sign-in at the user pool. Beside what the API
 * needs, it reads the key that links are signed with and the history of the state machines' executions.
 */
export const handler = webEntry(instruments, async (event) => await (await answer())(event));
