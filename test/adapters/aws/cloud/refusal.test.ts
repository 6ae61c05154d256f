import { describe, expect, test } from "vitest";
import { refusal, saysNoStack } from "../../../../adapters/aws/cloud/refusal.ts";

function answer(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

const stack = "arn:aws:cloudformation:af-south-1:536580886816:stack/shop/1";
const changeSet = "arn:aws:cloudformation:af-south-1:536580886816:changeSet/c/1";

describe("what CloudFormation refuses", () => {
  test.each([
    [`Stack:${stack} is in UPDATE_IN_PROGRESS state and can not be updated.`, "StackBusy"],
    [`Stack:${stack} is in DELETE_IN_PROGRESS state and can not be updated.`, "StackBusy"],
    [`Stack:${stack} is in UPDATE_COMPLETE_CLEANUP_IN_PROGRESS state and can not be updated.`, "StackBusy"],
    [`Stack:${stack} is in ROLLBACK_COMPLETE state and can not be updated.`, "StackStuck"],
    [`Stack:${stack} is in UPDATE_ROLLBACK_FAILED state and can not be updated.`, "StackStuck"],
    [`Stack:${stack} is in DELETE_COMPLETE state and can not be updated.`, "StackStuck"],
    ["Stack with id shop does not exist", "StackNotFound"],
    ["Stack [shop] does not exist", "StackNotFound"],
    ["Stack 'shop' does not exist", "StackNotFound"],
    ["Stack [shop] already exists and cannot be created again with the changeSet [c].", "StackBusy"],
    ["Template format error: At least one Resources member must be defined.", "TemplateInvalid"],
    ["Template error: instance of Fn::GetAtt references undefined resource A", "TemplateInvalid"],
    ["Template format error: JSON not well-formed. (line 1, column 25)", "TemplateInvalid"],
    ["Unresolved resource dependencies [A] in the Outputs block of the template", "TemplateInvalid"],
    ["Circular dependency between resources: [A, B]", "TemplateInvalid"],
    ["Invalid template resource property 'Invalid'", "TemplateInvalid"],
    ["Parameters: [Input] must have values", "TemplateInvalid"],
    ["Parameter 'Value' must be a number.", "TemplateInvalid"],
    ["Parameter InputValue should either have input value or default value", "TemplateInvalid"],
    ["[/Outputs/MyOutput/Value] 'null' values are not allowed in templates", "TemplateInvalid"],
    ["Transform AWS::Include failed with: S3 bucket [x] does not exist.", "TemplateInvalid"],
    ["Role arn:aws:iam::1:role/x is invalid or cannot be assumed", "RequestInvalid"],
    ["Error validating stack policy: Invalid stack policy", "RequestInvalid"],
    ["Resource A does not exist for stack shop", "RequestInvalid"],
    ["TemplateURL must be a supported URL.", "RequestInvalid"],
    ["some sentence nobody has seen yet", "RequestInvalid"],
  ])("as a validation error is told apart by its sentence: %s", (message, name) => {
    expect(refusal(answer("ValidationError", message), "asking")).toMatchObject({
      name,
      message: `asking: ${message}`,
      cause: expect.any(Error),
    });
  });

  test.each([
    [`ChangeSet [${changeSet}] cannot be executed in its current status of [FAILED]`, "RequestInvalid"],
    [
      `ChangeSet [${changeSet}] cannot be executed in its current status of [CREATE_IN_PROGRESS]`,
      "StackBusy",
    ],
    [
      `ChangeSet [${changeSet}] cannot be executed in its current execution status of [OBSOLETE]`,
      "ChangeSetObsolete",
    ],
    [
      `ChangeSet [${changeSet}] cannot be executed in its current execution status of [EXECUTE_COMPLETE]`,
      "ChangeSetObsolete",
    ],
  ])("about a change set is told by the state it is in: %s", (message, name) => {
    expect(refusal(answer("InvalidChangeSetStatusException", message), "executing").name).toBe(name);
  });

  test.each([
    ["AlreadyExistsException", "ChangeSetExists"],
    ["ChangeSetNotFoundException", "ChangeSetNotFound"],
    ["InsufficientCapabilitiesException", "TemplateInvalid"],
    ["LimitExceededException", "RequestInvalid"],
    ["AccessDenied", "CloudAccessDenied"],
    ["ExpiredToken", "CloudAccessDenied"],
    ["InvalidClientTokenId", "CloudAccessDenied"],
    ["CredentialsProviderError", "CloudAccessDenied"],
    ["Throttling", "CloudUnavailable"],
    ["TimeoutError", "CloudUnavailable"],
    ["InternalFailure", "RequestInvalid"],
    ["ECONNREFUSED", "CloudUnavailable"],
  ])("as %s is %s to the port", (code, name) => {
    expect(refusal(answer(code, "words"), "asking").name).toBe(name);
  });

  test("in trouble of its own is unavailable, whatever the code", () => {
    const error = Object.assign(answer("InternalFailure", "words"), {
      $metadata: { httpStatusCode: 500, attempts: 4 },
    });
    expect(refusal(error, "asking")).toMatchObject({
      name: "CloudUnavailable",
      message: expect.stringContaining("4 times in a row"),
    });
  });
});

test("only a validation error about the stack says that there is none", () => {
  expect(saysNoStack(answer("ValidationError", "Stack with id shop does not exist"))).toBe(true);
  expect(saysNoStack(answer("ValidationError", "Resource A does not exist for stack shop"))).toBe(false);
  expect(saysNoStack(answer("AccessDenied", "Stack with id shop does not exist"))).toBe(false);
  expect(saysNoStack("Stack with id shop does not exist")).toBe(false);
});
