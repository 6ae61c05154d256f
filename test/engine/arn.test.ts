import { describe, expect, it } from "vitest";
import { assertName, executionArn, parseExecutionArn, stateMachineName } from "../../engine/arn.ts";

const home = { region: "af-south-1", accountId: "123456789012" };

describe("names and ARNs", () => {
  it("an execution's ARN says which machine and which execution it is", () => {
    const arn = executionArn(home, "change", "run-1");
    expect(arn).toBe("arn:aws:states:af-south-1:123456789012:execution:change:run-1");
    expect(parseExecutionArn(arn)).toEqual({ stateMachine: "change", name: "run-1" });
  });

  it("a machine is found by its name and by its ARN", () => {
    expect(stateMachineName("change")).toBe("change");
    expect(stateMachineName("arn:aws:states:us-east-1:123456789012:stateMachine:change")).toBe("change");
  });

  it.each(["arn:aws:states:us-east-1:1:stateMachine:x", "nonsense", "arn:aws:lambda:a:1:function:f"])(
    "%s is not the ARN of an execution",
    (arn) => expect(() => parseExecutionArn(arn)).toThrow(expect.objectContaining({ name: "InvalidArn" })),
  );

  it.each([
    ["nonsense", "Invalid Arn: 'Invalid ARN prefix: nonsense'"],
    [
      "arn:aws:states:us-east-1:1:activity:x",
      "Invalid Arn: 'Resource type not valid in this context: activity'",
    ],
  ])("%s is refused in the service's words", (arn, message) => {
    expect(() => parseExecutionArn(arn)).toThrow(expect.objectContaining({ message }));
    if (arn.startsWith("arn:"))
      expect(() => stateMachineName(arn)).toThrow(expect.objectContaining({ message }));
  });

  it.each(["", "a b", "a/b", "a:b", "x".repeat(81), "a\u0007"])("%j is not a name", (name) =>
    expect(() => assertName(name)).toThrow(expect.objectContaining({ name: "InvalidName" })),
  );

  it.each(["a", "Change_1.2-x", "ü".repeat(80)])("%j is a name", (name) =>
    expect(() => assertName(name)).not.toThrow(),
  );
});
