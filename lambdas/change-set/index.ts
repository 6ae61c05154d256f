import { meshCloud as openCloud } from "../../adapters/aws/mesh-cloud.ts";
import { lambdaFunction } from "../stack.ts";
import { changeSets as run } from "./handler.ts";

const definition = { name: "change-set", lane: "dry_run", isAgent: true, run, openCloud } as const;

export const handler = await lambdaFunction(definition, process.env);
