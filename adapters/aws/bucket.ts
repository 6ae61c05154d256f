import { S3Client } from "@aws-sdk/client-s3";
import { type AwsPlace, clientOf } from "./clients.ts";
import { type AwsError, asAwsError, mapped } from "./errors.ts";

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
    return await mapped(call, this.#doing(what), expected);
  }

  fault(what: string, error: unknown): AwsError {
    return asAwsError(error, this.#doing(what));
  }

  #doing(what: string): string {
    return `the bucket ${this.name}: ${what}`;
  }
}
