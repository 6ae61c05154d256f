import { lambdaFunction } from "../stack.ts";
import { queueForStack as run } from "./handler.ts";

const definition = { name: "stack-lock", lane: "none", isAgent: false, run } as const;

export const handler = await lambdaFunction(definition, process.env);
