/** Types whose price depends on something that the template does not hold. */
const REASONS: readonly (readonly [prefix: string, why: string])[] = [
  ["(no type)", "it has no type"],
  ["AWS::CloudFormation::StackSet", "what a stack set deploys, and where, stands in a template of its own"],
  ["AWS::CloudFormation::Stack", "what a nested stack holds stands in a template of its own"],
  ["AWS::CloudFormation::CustomResource", "only its own code knows what a custom resource makes"],
  ["Custom::", "only its own code knows what a custom resource makes"],
  ["AWS::Serverless::", "the SAM transform decides what it becomes: price the transformed template"],
  ["AWS::", "we have no prices for this type"],
];

/** Why a type that is neither free nor on our list has no price. */
export function whyUnpriced(type: string): string {
  const reason = REASONS.find(([prefix]) => type.startsWith(prefix))?.[1];
  return reason ?? "it is not a type of AWS, and we have prices of AWS only";
}
