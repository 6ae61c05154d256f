import { lambdaFunction } from "../stack.ts";
import { handler as run } from "./handler.ts";

const definition = { name: "forge", lane: "read_only", isAgent: true, run } as const;

export const handler = await lambdaFunction(definition, process.env);
