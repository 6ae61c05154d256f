import { PutObjectCommand } from "@aws-sdk/client-s3";
import { CloudError } from "../../../core/cloud/errors.ts";
import { sha256 } from "../../../core/digest.ts";
import { Bucket } from "../bucket.ts";
import type { Account } from "./account.ts";
import { asked, isNamed } from "./refusal.ts";

/** The bucket that templates too large for a request go through; CloudFormation reads it as whoever asks it to. */
export interface TemplateBucket {
  readonly bucket: string;
  /** Where in the bucket: `templates/`. */
  readonly prefix: string;
}

/** CloudFormation's quotas for a template in a request and for one in S3, in bytes. */
const MOST_IN_REQUEST = 51_200;
const MOST_IN_S3 = 1_048_576;

type Source = { readonly TemplateBody: string } | { readonly TemplateURL: string };

/** How a template reaches CloudFormation. @throws CloudError TemplateInvalid, RequestInvalid */
export async function templateSource(
  account: Account,
  template: string,
  templates: TemplateBucket | undefined,
): Promise<Source> {
  const bytes = Buffer.byteLength(template);
  if (bytes <= MOST_IN_REQUEST) return { TemplateBody: template };
  if (bytes > MOST_IN_S3)
    throw new CloudError(
      "TemplateInvalid",
      `the template has ${bytes} bytes and CloudFormation takes ${MOST_IN_S3}: divide it between several stacks`,
    );
  if (templates === undefined)
    throw new CloudError(
      "RequestInvalid",
      `the template has ${bytes} bytes; above ${MOST_IN_REQUEST} it has to go through S3, and no bucket is configured for that`,
    );
  return { TemplateURL: await stored(account, template, templates) };
}

/** Stores it under its hash, so that what CloudFormation reads cannot be another by the time it does. */
async function stored(
  { place }: Account,
  template: string,
  { bucket, prefix }: TemplateBucket,
): Promise<string> {
  const s3 = new Bucket(place, bucket);
  const command = new PutObjectCommand({
    ...(await s3.address()),
    Key: `${prefix}${sha256(template)}.json`,
    Body: template,
    ContentType: "application/json",
    IfNoneMatch: "*",
  });
  const where = { url: "" };
  command.middlewareStack.add(
    (next) => async (args) => {
      const { protocol, hostname, port, path } = args.request as Address;
      where.url = `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}`;
      return await next(args);
    },
    { step: "finalizeRequest", name: "rememberWhere" },
  );
  await asked(`storing the template in bucket ${bucket}`, async () => {
    try {
      await s3.client.send(command);
    } catch (error) {
      if (!isNamed(error, "PreconditionFailed")) throw error;
    }
  });
  return where.url;
}

/** As much of an HTTP request as makes its URL: whatever the partition and the endpoint, it is read where it was written. */
interface Address {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
}
