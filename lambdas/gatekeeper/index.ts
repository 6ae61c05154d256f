import { lambdaFunction } from "../stack.ts";
import { gatekeeper as run } from "./handler.ts";

const definition = { name: "gatekeeper", lane: "none", isAgent: false, run } as const;

export const handler = await lambdaFunction(definition, process.env);
