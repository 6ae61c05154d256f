import { main } from "./cli/main.ts";

await main("conductor", process.argv.slice(2));
