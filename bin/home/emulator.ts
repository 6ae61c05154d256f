import { type AwsPlace, placeFrom } from "../../adapters/aws/clients.ts";
import { meshFrom } from "../../adapters/aws/mesh.ts";
import type { Needed } from "../../adapters/aws/provision.ts";
import { ENVIRONMENTS } from "../../config/environments/index.ts";
import { InputError } from "../../core/artifacts/parse.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** An AWS that is not AWS, as the environment variables tell of it. */
export interface Emulator {
  readonly endpoint: string;
  readonly place: AwsPlace;
  /** Where CloudFormation and STS are, when somewhere else. */
  readonly accountPlace: AwsPlace;
  readonly names: Needed;
  /** It is on this machine, so that what it lacks may be made. */
  readonly ours: boolean;
}

const NAMES = {
  AGENT_MESH_KV_TABLE: "agent-mesh-dev-kv",
  AGENT_MESH_ARTIFACTS_BUCKET: "agent-mesh-dev-artifacts",
  AGENT_MESH_ANCHORS_BUCKET: "agent-mesh-dev-anchors",
  AGENT_MESH_EVENT_BUS: "agent-mesh-dev",
} as const;

/** What an emulator takes for credentials: anything. */
const ANYBODY = { accessKeyId: "test", secretAccessKey: "test" } as const;

/** @throws InputError without an emulator, or for one that is AWS itself */
export function emulatorFrom(variables: Variables): Emulator {
  const endpoint = endpointIn(variables);
  const ours = isLoopback(endpoint);
  const known = ours ? { ...NAMES, ...regionFor(variables), ...set(variables) } : variables;
  const place = { ...placeFrom(known), ...(ours ? credentialsFor(variables) : {}) };
  const account = variables["AWS_ENDPOINT_URL_CLOUDFORMATION"];
  return {
    endpoint: endpoint.href,
    place,
    accountPlace: account ? { ...place, endpoint: account } : place,
    names: meshFrom(
      known,
      ["table", "artifacts", "anchors", "bus"],
      `name what is at ${endpoint.href}, which is not on this machine, so that nothing is made there`,
    ),
    ours,
  };
}

function endpointIn({ AWS_ENDPOINT_URL: text }: Variables): URL {
  const advice =
    "set AWS_ENDPOINT_URL to an emulator, such as http://127.0.0.1:4566; this version does not drive changes on AWS itself";
  if (!text) throw new InputError("InvalidInput", `--home aws needs to know where AWS is: ${advice}`);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new InputError(
      "InvalidInput",
      `AWS_ENDPOINT_URL is ${JSON.stringify(text)}, which is no URL: ${advice}`,
    );
  if (/(^|\.)amazonaws\.com(\.cn)?$|(^|\.)api\.aws$/.test(url.hostname))
    throw new InputError("InvalidInput", `AWS_ENDPOINT_URL is ${url.href}, which is AWS itself: ${advice}`);
  return url;
}

function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** Without those that are empty. */
function set(variables: Variables): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value));
}

function regionFor({ AWS_DEFAULT_REGION }: Variables): Variables {
  return { AWS_REGION: AWS_DEFAULT_REGION || ENVIRONMENTS.dev.region };
}

/** Somebody's own credentials where there are any: an emulator may tell its accounts by them. */
function credentialsFor({ AWS_ACCESS_KEY_ID, AWS_PROFILE }: Variables): Pick<AwsPlace, "credentials"> {
  if (AWS_ACCESS_KEY_ID || AWS_PROFILE) return {};
  return { credentials: ANYBODY };
}
