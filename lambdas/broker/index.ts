import { meshCloud as openCloud } from "../../adapters/aws/mesh-cloud.ts";
import { lambdaFunction } from "../stack.ts";
import { broker as run } from "./handler.ts";

const definition = { name: "broker", lane: "execute", isAgent: false, run, openCloud } as const;

export const handler = await lambdaFunction(definition, process.env);
