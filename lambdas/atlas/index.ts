import { mind } from "../mind.ts";
import { lambdaFunction } from "../stack.ts";
import { handler as run } from "./handler.ts";

const definition = { name: "atlas", lane: "read_only", isAgent: true, run, mind } as const;

export const handler = await lambdaFunction(definition, process.env);
