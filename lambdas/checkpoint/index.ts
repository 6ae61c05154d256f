import { lambdaFunction } from "../stack.ts";
import { checkpoint as run } from "./handler.ts";

const definition = { name: "checkpoint", lane: "none", isAgent: false, run } as const;

export const handler = await lambdaFunction(definition, process.env);
