import { dev } from "./dev.ts";
import { prod } from "./prod.ts";
import type { EnvironmentConfig } from "./schema.ts";
import { sit } from "./sit.ts";

export const ENVIRONMENTS = { dev, sit, prod } as const satisfies Record<string, EnvironmentConfig>;

export type EnvironmentName = keyof typeof ENVIRONMENTS;
