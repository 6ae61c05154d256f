/** Types that AWS does not charge for, by the reason. What they lead to is charged where it arises. */
const FREE: Readonly<Record<string, readonly string[]>> = {
  "identity and access management is free": [
    "AWS::IAM::AccessKey",
    "AWS::IAM::Group",
    "AWS::IAM::GroupPolicy",
    "AWS::IAM::InstanceProfile",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::OIDCProvider",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::SAMLProvider",
    "AWS::IAM::ServerCertificate",
    "AWS::IAM::ServiceLinkedRole",
    "AWS::IAM::User",
    "AWS::IAM::UserPolicy",
    "AWS::IAM::UserToGroupAddition",
  ],
};

const REASONS = new Map(Object.entries(FREE).flatMap(([why, types]) => types.map((type) => [type, why])));

export const FREE_TYPES: readonly string[] = [...REASONS.keys()];

/** Why a type costs nothing, or undefined where it may cost something. */
export function whyFree(type: string): string | undefined {
  return REASONS.get(type);
}
