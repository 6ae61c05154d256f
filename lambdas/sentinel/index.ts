import { meshCloud as openCloud } from "../../adapters/aws/mesh-cloud.ts";
import { lambdaFunction } from "../stack.ts";
import { handler as run } from "./handler.ts";

const definition = { name: "sentinel", lane: "read_only", isAgent: true, run, openCloud } as const;

export const handler = await lambdaFunction(definition, process.env);
