import { ENVIRONMENTS } from "../../config/environments/index.ts";
import type { Environment } from "../../core/artifacts/vocabulary.ts";
import type { EnvironmentSettings } from "../../core/ports.ts";

/** The settings of an environment as its configuration file gives them. */
export function environmentSettings(name: Environment): EnvironmentSettings {
  return ENVIRONMENTS[name];
}
