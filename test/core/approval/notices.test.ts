import { expect, test } from "vitest";
import { type NoticeKind, noticesDue } from "../../../core/approval/notices.ts";
import { grantsOf } from "../../../core/identity/access.ts";
import { aGate, aVote, minutesAfter } from "../../support/records.ts";

const person = (principal: string, ...grants: string[]) => ({ principal, grants: grantsOf(grants) });
const PEOPLE = [
  person("ada", "approver:dev", "admin:dev"),
  person("grace", "approver:dev"),
  person("linus", "approver:dev"),
  person("root", "admin:dev"),
  person("eve", "viewer:dev", "approver:prod", "operator:dev"),
];

function due(minutes: number, given: readonly NoticeKind[] = [], gate = aGate(), people = PEOPLE) {
  return noticesDue(gate, people, given, minutesAfter(minutes)).map(({ kind, to }) => [
    kind,
    ...to.map(({ principal }) => principal),
  ]);
}

test("approvers are asked at once, never who asked themselves, nor who may not decide there", () => {
  expect(due(0)).toEqual([["ask", "grace", "linus"]]);
  expect(due(1, ["ask"])).toEqual([]);
});

test("half of the time later they are reminded, and after three quarters administrators are asked", () => {
  expect(due(30, ["ask"])).toEqual([["remind", "grace", "linus"]]);
  expect(due(45, ["ask", "remind"])).toEqual([["escalate", "root"]]);
  expect(due(59, ["ask", "remind", "escalate"])).toEqual([]);
});

test("what was missed while nobody ran is made up for", () => {
  expect(due(50).map(([kind]) => kind)).toEqual(["ask", "remind", "escalate"]);
});

test("who has decided is left in peace", () => {
  const gate = aGate({ requiredApprovals: 2, votes: [aVote("grace")] });
  expect(due(30, ["ask"], gate)).toEqual([["remind", "linus"]]);
});

test("where nobody is an approver, administrators are asked at once", () => {
  expect(due(0, [], aGate(), [person("root", "admin:dev")])).toEqual([["ask", "root"]]);
});

test("a gate that is closed, or whose time is over, asks nobody", () => {
  expect(due(61)).toEqual([["ask"], ["remind"], ["escalate"]]);
  expect(due(0, [], aGate({ status: "approved" }))).toEqual([["ask"]]);
});
