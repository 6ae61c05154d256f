import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Two cores: more workers only make the process tests wait for one another.
    maxWorkers: 2,
    testTimeout: 30_000,
    reporters: process.env["CI"]
      ? ["default", ["json", { outputFile: ".reports/vitest.json" }]]
      : ["default"],
  },
});
