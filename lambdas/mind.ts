import { memoryFrom } from "../adapters/memory-settings.ts";
import { modelChain } from "../adapters/model-chain.ts";
import type { Mind } from "./stack.ts";

/** Models and memory as a function's variables tell of them. Only functions that think carry their clients. */
export const mind: Mind = { models: modelChain, memory: memoryFrom };
