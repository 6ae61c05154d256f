import { S3ArtifactStore } from "../adapters/aws/artifact-store.ts";
import type { AwsPlace } from "../adapters/aws/clients.ts";
import { KeptArtifacts } from "../adapters/aws/kept-artifacts.ts";
import { meshFrom } from "../adapters/aws/mesh.ts";
import { DynamoTable } from "../adapters/aws/table.ts";
import { systemClock } from "../adapters/embedded/system-clock.ts";
import { newId } from "../adapters/random.ts";
import { ENVIRONMENTS } from "../config/environments/index.ts";
import type { EnvironmentConfig } from "../config/environments/schema.ts";
import { InputError } from "../core/artifacts/parse.ts";
import { CloudError } from "../core/cloud/errors.ts";
import type { World } from "../core/ports.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The world of a function that works with the record alone: it asks no model and reaches no account.
 * @throws InputError when its deployment did not name the table and the bucket
 */
export function recordWorld(place: AwsPlace, variables: Variables): World {
  const { table, artifacts } = meshFrom(variables, ["table", "artifacts"]);
  return {
    table: new DynamoTable(place, table, systemClock),
    artifacts: new KeptArtifacts(new S3ArtifactStore(place, artifacts)),
    clock: systemClock,
    newId,
    environment: (environment) => ENVIRONMENTS[environment],
    cloud: (environment) => {
      throw new CloudError(
        "CloudUnavailable",
        `this function has no means to reach the ${environment} account`,
      );
    },
    models: [],
    // It watches no operation.
    watching: { patienceMs: 0, pauseSeconds: 0 },
  };
}

/** The environment a function was deployed in. @throws InputError */
export function ownEnvironment(variables: Variables): EnvironmentConfig {
  const name = variables["AGENT_MESH_ENVIRONMENT"] ?? "";
  const found = Object.values(ENVIRONMENTS).find(({ environment }) => environment === name);
  if (found) return found;
  throw new InputError(
    "InvalidInput",
    `AGENT_MESH_ENVIRONMENT is ${JSON.stringify(name)}; deploy the function again, which sets it`,
  );
}
