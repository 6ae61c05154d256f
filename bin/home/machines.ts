import { readFileSync } from "node:fs";
import { executionArn } from "../../engine/arn.ts";
import { FUNCTION_NAMES } from "./functions.ts";

/** Where the engine says it is; no account is asked. */
export const ENGINE_HOME = { region: "local", accountId: "000000000000" } as const;

export const MACHINES = ["change", "rollback"] as const;

/** A definition from statemachines/ with its placeholders filled in: here a function's ARN is its name. */
export function definitionOf(machine: string): string {
  const file = new URL(`../../statemachines/${machine}.asl.json`, import.meta.url);
  return readFileSync(file, "utf8").replace(/\$\{(\w+)FunctionArn\}/g, (placeholder, name: string) => {
    if (FUNCTION_NAMES.includes(name)) return name;
    throw new Error(`${machine}.asl.json: ${placeholder} names no function of lambdas/`);
  });
}

export function runArn({ machine, name }: { readonly machine: string; readonly name: string }): string {
  return executionArn(ENGINE_HOME, machine, name);
}
