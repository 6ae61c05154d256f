// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's placeholders look like this.
import fc from "fast-check";
import { expect, test } from "vitest";
import { dependencies, inOrder, references } from "../../../core/template/dependencies.ts";
import type { Json, Template } from "../../../core/template/template.ts";

test("every way to mention a resource is found, in the order of the text", () => {
  const expression: Json = {
    a: { Ref: "A" },
    b: { "Fn::GetAtt": ["B", "Arn"] },
    c: { "Fn::GetAtt": "C.Endpoint.Address" },
    d: { "Fn::Sub": "${D}/${E.Arn}/${!F}/${x}" },
    e: { "Fn::Sub": ["${x}/${G}", { x: { Ref: "H" } }] },
    f: { "Fn::If": ["IsProd", { Ref: "I" }, { "Fn::Join": ["", [{ Ref: "J" }]] }] },
  };
  expect(references(expression)).toEqual([
    { name: "A" },
    { name: "B", attribute: "Arn" },
    { name: "C", attribute: "Endpoint.Address" },
    { name: "D" },
    { name: "E", attribute: "Arn" },
    { name: "x" },
    { name: "G" },
    { name: "H" },
    { name: "I" },
    { name: "J" },
  ]);
});

test("a resource depends on the resources it mentions and on DependsOn, not on parameters", () => {
  const template: Template = {
    Parameters: { Stage: { Type: "String" } },
    Resources: {
      Api: {
        Type: "AWS::ApiGatewayV2::Api",
        Properties: { Name: { Ref: "Stage" }, Target: { "Fn::GetAtt": ["Function", "Arn"] } },
        DependsOn: ["Log", "Log"],
      },
      Function: { Type: "AWS::Lambda::Function", DependsOn: "Log" },
      Log: { Type: "AWS::Logs::LogGroup" },
    },
  };
  expect(Object.fromEntries(dependencies(template))).toEqual({
    Api: ["Function", "Log"],
    Function: ["Log"],
    Log: [],
  });
});

test("those who merely wait for a circle are not named as part of it", () => {
  const circle = { A: ["B"], B: ["C"], C: ["B"], D: ["A"], E: [] };
  expect(inOrder(new Map(Object.entries(circle)))).toEqual({ circular: ["B", "C"] });
});

const graph = fc
  .integer({ min: 1, max: 12 })
  .chain((size) =>
    fc.array(fc.array(fc.integer({ min: 0, max: size - 1 }), { maxLength: 4 }), {
      minLength: size,
      maxLength: size,
    }),
  )
  .map((edges) => new Map(edges.map((to, i) => [`R${i}`, to.map((j) => `R${j}`)])));

test("an order puts everything after what it waits for; a circle is one in which each waits for another", () => {
  fc.assert(
    fc.property(graph, (waitsFor) => {
      const answer = inOrder(waitsFor);
      if ("order" in answer) {
        expect([...answer.order].sort()).toEqual([...waitsFor.keys()].sort());
        for (const [name, others] of waitsFor)
          for (const other of others)
            expect(answer.order.indexOf(other)).toBeLessThan(answer.order.indexOf(name));
      } else {
        for (const name of answer.circular)
          expect(waitsFor.get(name)!.some((other) => answer.circular.includes(other))).toBe(true);
        expect(answer.circular.length).toBeGreaterThan(0);
      }
    }),
  );
});

test("a chain of thirty thousand resources is put in order at once", () => {
  const chain = new Map(Array.from({ length: 30_000 }, (_, i) => [`R${i}`, i > 0 ? [`R${i - 1}`] : []]));
  expect(inOrder(chain)).toMatchObject({ order: { length: 30_000 } });
});
