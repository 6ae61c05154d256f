import { expect, test } from "vitest";
import { type CommandLine, commandLine } from "../support/command-line.ts";
import { Story } from "./story.ts";

/** To play a failed round again: the seed it was played with. */
const SEED = Number(process.env["CRASH_SEED"] ?? Math.floor(Math.random() * 1_000_000));
/** A few minutes, and as many more as others leave of the machine. */
const PATIENCE_MS = 1_800_000;
/** Rounds in which somebody dies, in all. */
const ROUNDS = Number(process.env["CRASH_ROUNDS"] ?? 50);
/** Stories told at once, each in a data directory of its own. */
const LINES = [commandLine(), commandLine()];

test(
  `${ROUNDS} rounds of SIGKILL at random moments lose no decision and apply nothing twice (CRASH_SEED=${SEED})`,
  async () => {
    const rounds: string[] = [];
    const tell = async (line: CommandLine, number: number) => {
      const story = new Story(line, SEED * LINES.length + number);
      while (rounds.length < ROUNDS) {
        const { name, kills, faults } = await story.play();
        const round = `story ${number}, ${name}: killed ${kills.join(", ")}`;
        expect(faults, round).toEqual([]);
        if (kills.length > 0) rounds.push(round);
      }
      expect((await line.type("audit", "verify")).stdout).toMatch(/^verified: /);
    };
    await Promise.all(LINES.map(tell));
    // Whoever plays it again wants to see how it goes.
    if (process.env["CRASH_SEED"]) console.log(rounds.join("\n"));
    expect(rounds.length).toBeGreaterThanOrEqual(ROUNDS);
  },
  PATIENCE_MS,
);
