/** One resource of a Terraform plan, as short as a case can say it. */
export interface PlannedResource {
  readonly address: string;
  readonly actions: readonly string[];
  readonly before?: object | null;
  readonly after?: object | null;
  readonly unknown?: object;
  readonly sensitive?: object;
  readonly replacePaths?: readonly (readonly string[])[];
  readonly previousAddress?: string;
  readonly mode?: "managed" | "data";
  readonly provider?: string;
}

/** A plan as `terraform show -json` prints it. */
export function planOf(...resources: readonly PlannedResource[]): string {
  return JSON.stringify({
    format_version: "1.2",
    terraform_version: "1.9.5",
    applyable: true,
    complete: true,
    errored: false,
    resource_changes: resources.map(entry),
  });
}

function entry(resource: PlannedResource): object {
  const { address, actions, before = null, after = null, unknown = {}, sensitive = {} } = resource;
  const [type = "", name = ""] = address.replace(/^(module\.[^.]+\.)*/, "").split(".");
  return {
    address,
    ...(resource.previousAddress ? { previous_address: resource.previousAddress } : {}),
    mode: resource.mode ?? "managed",
    type,
    name: name.replace(/\[.*$/, ""),
    provider_name: resource.provider ?? `registry.terraform.io/hashicorp/${type.split("_")[0]}`,
    change: {
      actions,
      before,
      after,
      after_unknown: unknown,
      before_sensitive: sensitive,
      after_sensitive: sensitive,
      ...(resource.replacePaths ? { replace_paths: resource.replacePaths } : {}),
    },
  };
}

/** A resource that is there and changes in some attributes. */
export function updated(address: string, attributes: object, changes: object): PlannedResource {
  return { address, actions: ["update"], before: attributes, after: { ...attributes, ...changes } };
}

export function created(
  address: string,
  after: object,
  unknown: object = { id: true, arn: true },
): PlannedResource {
  return { address, actions: ["create"], after, unknown };
}

export function deleted(address: string, before: object): PlannedResource {
  return { address, actions: ["delete"], before };
}

export function replaced(
  address: string,
  attributes: object,
  changes: object,
  ...paths: readonly string[]
): PlannedResource {
  return {
    address,
    actions: ["delete", "create"],
    before: attributes,
    after: { ...attributes, ...changes },
    unknown: { id: true, arn: true },
    replacePaths: paths.map((path) => [path]),
  };
}

export function stays(address: string, attributes: object): PlannedResource {
  return { address, actions: ["no-op"], before: attributes, after: attributes };
}

/** What every key's policy says: its account manages it. */
export const MANAGED_BY_ITS_ACCOUNT = {
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::111111111111:root" },
  Action: "kms:*",
  Resource: "*",
};

export const policy = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

export const allow = (action: unknown, resource: unknown, more: object = {}): object => ({
  Effect: "Allow",
  Action: action,
  Resource: resource,
  ...more,
});

export const trust = (principal: unknown, more: object = {}): string =>
  policy({ Effect: "Allow", Action: "sts:AssumeRole", Principal: principal, ...more });
