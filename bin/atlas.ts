import { main } from "./cli/main.ts";

// `atlas plan FILE` is `conductor plan FILE`.
await main("atlas", process.argv.slice(2));
