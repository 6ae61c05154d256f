import { dev } from "./dev.ts";
import { prod } from "./prod.ts";
import type { EnvironmentConfig } from "./schema.ts";
import { sit } from "./sit.ts";

export const ENVIRONMENTS = { dev, sit, prod } as const satisfies Record<string, EnvironmentConfig>;

export type EnvironmentName = keyof typeof ENVIRONMENTS;

/** Somebody named an environment that there is none of. */
export class UnknownEnvironment extends Error {
  override readonly name = "UnknownEnvironment";
}

/** @throws UnknownEnvironment, which lists those there are */
export function environmentNamed(name: string): EnvironmentConfig {
  const found = Object.values(ENVIRONMENTS).find(({ environment }) => environment === name);
  if (found) return found;
  throw new UnknownEnvironment(
    `${JSON.stringify(name)} is no environment; there are ${Object.keys(ENVIRONMENTS).join(", ")} (config/environments/)`,
  );
}
