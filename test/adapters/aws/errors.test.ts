import { describe, expect, test } from "vitest";
import { asAwsError, isPassing, mapped } from "../../../adapters/aws/errors.ts";

/** An error as the SDK throws it. */
function told(name: string, message = "words of AWS", more: object = {}): Error {
  return Object.assign(new Error(message), { name, ...more });
}

const NAMES: [ours: string, theirs: string, more?: object][] = [
  ["CredentialsExpired", "ExpiredToken"],
  ["CredentialsExpired", "ExpiredTokenException"],
  ["CredentialsExpired", "TokenRefreshRequired"],
  ["CredentialsMissing", "CredentialsProviderError"],
  ["CredentialsRefused", "UnrecognizedClientException"],
  ["CredentialsRefused", "InvalidClientTokenId"],
  ["CredentialsRefused", "SignatureDoesNotMatch"],
  ["ClockSkewed", "RequestTimeTooSkewed"],
  ["ClockSkewed", "RequestExpired"],
  ["AccessDenied", "AccessDenied"],
  ["AccessDenied", "AccessDeniedException"],
  ["AccessDenied", "UnauthorizedOperation"],
  ["AccessDenied", "Unknown", { $metadata: { httpStatusCode: 403 } }],
  ["QuotaExceeded", "LimitExceededException"],
  ["QuotaExceeded", "ServiceQuotaExceededException"],
  ["QuotaExceeded", "StateMachineLimitExceeded"],
  ["QuotaExceeded", "TooManyBuckets"],
  ["Throttled", "ThrottlingException"],
  ["Throttled", "Throttling"],
  ["Throttled", "RequestLimitExceeded"],
  ["Throttled", "ProvisionedThroughputExceededException"],
  ["Throttled", "SlowDown", { $metadata: { httpStatusCode: 503 } }],
  ["Throttled", "Unknown", { $metadata: { httpStatusCode: 429 } }],
  ["TimedOut", "TimeoutError", { code: "ETIMEDOUT" }],
  ["TimedOut", "TimeoutError", { code: "ECONNRESET" }],
  ["Unavailable", "TimeoutError", { code: "ECONNREFUSED" }],
  ["Unavailable", "Error", { code: "ENOTFOUND" }],
  ["Unavailable", "Error", { code: "ECONNRESET" }],
  ["Unavailable", "InternalServerError", { $metadata: { httpStatusCode: 500 } }],
  ["Unavailable", "Unknown", { $metadata: { httpStatusCode: 503 } }],
  ["ResourceMissing", "ResourceNotFoundException"],
  ["ResourceMissing", "NoSuchBucket"],
  ["RequestRefused", "ValidationException", { $metadata: { httpStatusCode: 400 } }],
];

test.each(NAMES)("%s is what we call %s", (ours, theirs, more = {}) => {
  expect(asAwsError(told(theirs, undefined, more), "a call").name).toBe(ours);
});

test("a session that has run out is told from credentials that were never there", () => {
  const words = "The SSO session associated with this profile has expired.";
  expect(asAwsError(told("CredentialsProviderError", words), "a call").name).toBe("CredentialsExpired");
});

test("an expired signature is a wrong clock, not wrong credentials", () => {
  const error = told(
    "InvalidSignatureException",
    "Signature expired: 20260105T090000Z is now earlier than …",
  );
  expect(asAwsError(error, "a call").name).toBe("ClockSkewed");
});

test("a daily quota that a service calls throttling is a quota", () => {
  expect(asAwsError(told("Throttling", "Daily message quota exceeded."), "a call").name).toBe(
    "QuotaExceeded",
  );
});

test("a quota's code is named where the service gives it", () => {
  const error = told("ServiceQuotaExceededException", "too many", { QuotaCode: "L-1234" });
  expect(asAwsError(error, "a call").message).toContain("L-1234");
});

describe("a denial", () => {
  const ROLE = "arn:aws:sts::111122223333:assumed-role/agent-mesh-dev-broker/exec_1";

  test("names the permission, the resource and the role that lacks it", () => {
    const words = `User: ${ROLE} is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:eu-west-1:111122223333:table/t because no identity-based policy allows the dynamodb:PutItem action`;
    expect(asAwsError(told("AccessDeniedException", words), "storing it").message).toBe(
      "storing it: dynamodb:PutItem on arn:aws:dynamodb:eu-west-1:111122223333:table/t is needed and the role agent-mesh-dev-broker lacks it; grant it there or run this as another role",
    );
  });

  test("says when a policy forbids it, which no grant would change", () => {
    const words = `User: ${ROLE} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b/k" with an explicit deny in a service control policy`;
    const { message } = asAwsError(told("AccessDenied", words), "storing it");
    expect(message).toContain("s3:PutObject on arn:aws:s3:::b/k");
    expect(message).toContain("explicit deny, service control policy");
  });

  test("names a user that is no role by its ARN", () => {
    const words = "User: arn:aws:iam::111122223333:user/joe is not authorized to perform: sts:AssumeRole";
    expect(asAwsError(told("AccessDenied", words), "it").message).toContain(
      "arn:aws:iam::111122223333:user/joe",
    );
  });

  test("of few words is repeated in them", () => {
    expect(asAwsError(told("AccessDenied", "Access Denied"), "storing it").message).toBe(
      "storing it: AWS denied it (AccessDenied: Access Denied); the role or user it runs as lacks a permission for it",
    );
  });
});

test("says what was tried and how often, and keeps the SDK's error as its cause", () => {
  const error = told("ThrottlingException", "Rate exceeded", { $metadata: { attempts: 4 } });
  const ours = asAwsError(error, "reading the gate g1");
  expect(ours.message).toMatch(/^reading the gate g1: .*4 times in a row/);
  expect(ours.cause).toBe(error);
});

test("repeats one line of AWS's words, and not all of a long one", () => {
  const { message } = asAwsError(told("Odd", `${"x".repeat(2_000)}\nsecond line`), "a call");
  expect(message.length).toBeLessThan(400);
  expect(message).not.toContain("second");
});

test.each([undefined, null, "words", 7, {}])("even %j, thrown, becomes an error with a name", (thrown) => {
  expect(asAwsError(thrown, "a call")).toMatchObject({ name: "RequestRefused" });
});

test("what may pass by itself is told from what will not", () => {
  const passing = NAMES.filter(([, theirs, more]) => isPassing(asAwsError(told(theirs, "", more), "a call")));
  expect(new Set(passing.map(([ours]) => ours))).toEqual(new Set(["Throttled", "TimedOut", "Unavailable"]));
});

test("exceptions that the caller knows better pass through as they are", async () => {
  const error = told("ConditionalCheckFailedException");
  const call = () => Promise.reject(error);
  await expect(mapped(call, "storing", ["ConditionalCheckFailedException"])).rejects.toBe(error);
  await expect(mapped(call, "storing")).rejects.toMatchObject({ name: "RequestRefused" });
});

test("an error that was mapped further in is not mapped again", async () => {
  const inner = asAwsError(told("SlowDown"), "inner");
  await expect(mapped(() => Promise.reject(inner), "outer")).rejects.toBe(inner);
});
