import { lambdaFunction } from "../stack.ts";
import { conclude as run } from "./handler.ts";

const definition = { name: "registrar", lane: "none", isAgent: false, run } as const;

export const handler = await lambdaFunction(definition, process.env);
