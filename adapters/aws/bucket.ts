import { S3Client } from "@aws-sdk/client-s3";
import { type AwsPlace, clientOf } from "./clients.ts";
import { AwsError, asAwsError, isPassing, mapped } from "./errors.ts";

/** One bucket, and every call to it under its name. */
export class Bucket {
  readonly client: S3Client;
  readonly name: string;

  constructor(place: AwsPlace, name: string) {
    this.client = clientOf(place, S3Client);
    this.name = name;
  }

  /** @throws AwsError, but for the exceptions that the caller expects */
  async call<Result>(
    what: string,
    call: () => Promise<Result>,
    expected?: readonly string[],
  ): Promise<Result> {
    try {
      return await mapped(call, this.#doing(what), expected);
    } catch (error) {
      throw error instanceof AwsError ? this.fault(what, error) : error;
    }
  }

  /** Whatever passes is `Unavailable`, as it is for the table: so state machines know to try again. */
  fault(what: string, error: unknown): AwsError {
    const told = asAwsError(error, this.#doing(what));
    return isPassing(told) ? new AwsError("Unavailable", told.message, { cause: told.cause }) : told;
  }

  #doing(what: string): string {
    return `the bucket ${this.name}: ${what}`;
  }
}
