import { InputError } from "../core/artifacts/parse.ts";
import type { ModelProvider } from "../core/model/model.ts";
import type { Secret } from "../core/secrets/secret-store.ts";
import type { AwsPlace } from "./aws/clients.ts";
import {
  bedrockPlace,
  guardrailIn,
  httpUrl,
  ollamaServer,
  statedPrice,
  type Variables,
} from "./model-settings.ts";

/** In the order they are tried. */
const CHAIN = ["AGENT_MODEL_PRIMARY", "AGENT_MODEL_SECONDARY", "AGENT_MODEL_WORKFLOW"] as const;

const DIFY = "https://api.dify.ai/v1";

export interface Configured {
  /** What stands after the provider's name. */
  readonly model: string;
  readonly variables: Variables;
  readonly traced: AwsPlace["traced"];
}

export type Providers = Readonly<Record<string, (configured: Configured) => Promise<ModelProvider>>>;

export interface ChainOptions {
  /** Providers beside ours. */
  readonly more?: Providers;
  /** Wraps each client of AWS's as it is made. */
  readonly traced?: AwsPlace["traced"];
}

/** Each is loaded when it is configured: without a model nobody waits for an SDK. */
const PROVIDERS: Providers = { bedrock, ollama, dify };

/**
 * The models that variables name, in the order they are tried; none means rules only.
 * @throws InputError for a provider that is none, or settings that cannot be read
 */
export async function modelChain(
  variables: Variables,
  { more = {}, traced }: ChainOptions = {},
): Promise<ModelProvider[]> {
  const providers = { ...PROVIDERS, ...more };
  const models: ModelProvider[] = [];
  for (const variable of CHAIN) {
    const value = variables[variable];
    if (!value) continue;
    const [provider = "", ...rest] = value.split(":");
    const model = rest.join(":");
    const make = Object.hasOwn(providers, provider) ? providers[provider] : undefined;
    if (!make || model === "") throw unknown(variable, value, Object.keys(providers));
    models.push(await make({ model, variables, traced }));
  }
  return models;
}

function unknown(variable: string, value: string, known: readonly string[]): InputError {
  const forms = known.map((provider) => `${provider}:<…>`).join(", ");
  return invalid(
    `${variable} is ${JSON.stringify(value)}; this version knows ${forms}: leave it unset to work by rules`,
  );
}

async function bedrock({ model, variables, traced }: Configured): Promise<ModelProvider> {
  const place = await bedrockPlace(variables, traced);
  const [{ bedrockModel }, { bedrockPrice }] = await Promise.all([
    import("./aws/bedrock-model.ts"),
    import("../core/model/price.ts"),
  ]);
  const price = statedPrice(`bedrock:${model}`, variables) ?? bedrockPrice(model, place.region);
  return bedrockModel({ place, modelId: model, price, guardrail: guardrailIn(variables) });
}

async function ollama({ model, variables }: Configured): Promise<ModelProvider> {
  const { ollamaModel } = await import("./http/ollama-model.ts");
  return ollamaModel(model, ollamaServer(variables));
}

async function dify({ model, variables }: Configured): Promise<ModelProvider> {
  const { DIFY_APPS, difyModel } = await import("./http/dify-model.ts");
  const app = DIFY_APPS.find((one) => one === model);
  if (!app)
    throw invalid(`dify:${model} is no application of Dify; it is dify:${DIFY_APPS.join(" or dify:")}`);
  return difyModel({
    app,
    server: httpUrl(variables["DIFY_API_URL"] || DIFY, "DIFY_API_URL"),
    key: await difyKey(variables),
    price: statedPrice(`dify:${app}`, variables),
  });
}

/** How long a key is remembered; a rotated one is found after that. */
const KEY_MS = 300_000;

async function difyKey(variables: Variables): Promise<() => Promise<Secret>> {
  const { CachedSecrets, Secret } = await import("../core/secrets/secret-store.ts");
  const { DIFY_API_KEY: key, DIFY_API_KEY_SECRET: name } = variables;
  if (key) {
    const secret = new Secret(key);
    return () => Promise.resolve(secret);
  }
  if (!name)
    throw invalid(
      "Dify needs its application's key: in DIFY_API_KEY, or in the secret that DIFY_API_KEY_SECRET names",
    );
  const [{ SecretsManagerStore }, { placeFrom }, { systemClock }] = await Promise.all([
    import("./aws/secret-store.ts"),
    import("./aws/clients.ts"),
    import("./embedded/system-clock.ts"),
  ]);
  const secrets = new CachedSecrets(new SecretsManagerStore(placeFrom(variables)), systemClock, KEY_MS);
  return () => secrets.read(name);
}

function invalid(message: string): InputError {
  return new InputError("InvalidInput", message);
}
