import { S3Client } from "@aws-sdk/client-s3";
import { type AwsPlace, clientOf } from "./clients.ts";
import { AwsError, asAwsError, isPassing, mapped } from "./errors.ts";

/** How a request names a bucket. */
export interface BucketAddress {
  readonly Bucket: string;
  readonly ExpectedBucketOwner?: string;
}

/** One bucket, and every call to it under its name. */
export class Bucket {
  readonly client: S3Client;
  readonly name: string;
  readonly #place: AwsPlace;

  constructor(place: AwsPlace, name: string) {
    this.client = clientOf(place, S3Client);
    this.name = name;
    this.#place = place;
  }

  /**
   * The bucket as every request names it: with its owner where that is known, since names of buckets are everybody's
   * and one that was deleted may be somebody else's the next day.
   * @throws AwsError when it cannot be learnt whose account this is
   */
  async address(): Promise<BucketAddress> {
    const owner = await this.#place.account?.();
    return { Bucket: this.name, ...(owner === undefined ? {} : { ExpectedBucketOwner: owner }) };
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
      if (!(error instanceof AwsError)) throw error;
      throw error.name === "AccessDenied" ? await this.#denied(error) : this.fault(what, error);
    }
  }

  /** Whatever passes is `Unavailable`, as it is for the table: so state machines know to try again. */
  fault(what: string, error: unknown): AwsError {
    const told = asAwsError(error, this.#doing(what));
    return isPassing(told) ? new AwsError("Unavailable", told.message, { cause: told.cause }) : told;
  }

  /** S3 says the same of a missing permission and of a bucket that is not the expected owner's. */
  async #denied(error: AwsError): Promise<AwsError> {
    const { ExpectedBucketOwner: owner } = await this.address();
    if (owner === undefined) return error;
    const also = `; or the bucket is not of account ${owner}, then name one that is`;
    return new AwsError("AccessDenied", `${error.message}${also}`, { cause: error.cause });
  }

  #doing(what: string): string {
    return `the bucket ${this.name}: ${what}`;
  }
}
