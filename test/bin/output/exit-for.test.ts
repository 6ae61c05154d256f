import { expect, test } from "vitest";
import { exitFor, type Standing } from "../../../bin/output/exit-for.ts";

const standing = (changes: Partial<Standing>): Standing => ({
  outcome: null,
  status: "running",
  gates: [],
  lock: null,
  error: null,
  paused: null,
  ...changes,
});
const ended = (outcome: Standing["outcome"], error?: string) =>
  standing({ outcome, error: error === undefined ? null : { name: error, message: "" } });

test.each<[what: string, code: number, Standing]>([
  ["an applied change", 0, ended("applied")],
  ["a goal that is met already", 0, ended("no_changes")],
  ["one that goes on", 0, standing({ lock: { place: 0 } })],
  ["a change that was undone", 1, ended("rolled_back")],
  ["a rejected one", 1, ended("rejected")],
  ["one nobody decided on", 1, ended("expired")],
  ["a cancelled one", 1, ended("cancelled")],
  ["one that broke", 1, ended("failed")],
  ["a stuck stack", 1, ended("stuck")],
  ["a goal that cannot be used", 2, ended("blocked", "TemplateTooLarge")],
  ["an open gate", 3, standing({ gates: [{ status: "approved" }, { status: "open" }] })],
  ["a pause", 3, standing({ status: "paused" })],
  ["a time that is to come", 3, standing({ paused: { why: "window", since: "2026-01-05T09:00:00.000Z" } })],
  ["a condition that does not hold", 4, ended("blocked", "ConditionUnmet")],
  ["a broken law", 4, ended("blocked", "LawBroken")],
  ["a used-up budget", 4, ended("blocked", "BudgetExhausted")],
  ["the wrong account", 4, ended("blocked", "WrongAccount")],
  ["a refusal of no known name", 4, ended("blocked", "Mysterious")],
  ["a place in the queue of a stack", 4, standing({ lock: { place: 1 } })],
])("%s exits %i", (_what, code, report) => {
  expect(exitFor(report)).toBe(code);
});
