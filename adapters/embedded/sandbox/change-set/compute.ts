import type { ChangeSetDescription, ResourceChange } from "../../../../core/cloud/change-set.ts";
import type { ChangeSetRequest } from "../../../../core/cloud/cloud.ts";
import type { Json, Template } from "../../../../core/template/template.ts";
import { effectiveParameters, hideNoEcho } from "../effective-parameters.ts";
import { currentResource, type Definition, type StackState } from "../state.ts";
import { refuse } from "../validation/invalid.ts";
import { additions, compare } from "./changes.ts";
import { type FrozenTemplate, freeze, marksIn } from "./frozen.ts";
import type { Specification } from "./recreation.ts";

const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/** What executing the request would do to the stack, as DescribeChangeSet tells it. */
export function computeChangeSet(
  stack: StackState,
  request: ChangeSetRequest,
  specification: Specification | undefined,
  arn: string,
  at: number,
): ChangeSetDescription {
  const after = freeze(stack, request);
  refuseLostReferences(after);
  const was = stack.definition;
  const update = was !== undefined && specification !== undefined;
  const difference = update
    ? differences(stack, was, request, after, specification)
    : { changes: additions(after), empty: false };
  return {
    arn,
    name: request.name,
    stackId: stack.stackId,
    stackName: stack.name,
    type: update ? "UPDATE" : "CREATE",
    ...(difference.empty
      ? { status: "FAILED", statusReason: NO_CHANGES, executionStatus: "UNAVAILABLE" }
      : { status: "CREATE_COMPLETE", executionStatus: "AVAILABLE" }),
    createdAt: new Date(at).toISOString(),
    parameters: hideNoEcho(after.template, request.parameters),
    tags: request.tags,
    changes: difference.changes,
  };
}

/** A resource that its condition leaves out cannot be referred to. */
function refuseLostReferences({ resources, outputs }: FrozenTemplate): void {
  const lost = (value: Json) =>
    [...new Set(marksIn(value).map((mark) => mark.logicalId))].filter((id) => !resources.has(id));
  const inResources = [...resources.values()].flatMap(({ properties }) => lost(properties));
  if (inResources.length > 0)
    refuse(
      `Template format error: Unresolved resource dependencies [${inResources.join(", ")}] in the Resources block of the template`,
    );
  if (lost(outputs).length > 0)
    refuse(
      `Unresolved resource dependencies [${lost(outputs).join(", ")}] in the Outputs block of the template`,
    );
}

interface Difference {
  readonly changes: readonly ResourceChange[];
  /** Nothing at all differs: outputs and tags may change without any resource. */
  readonly empty: boolean;
}

function differences(
  stack: StackState,
  was: Definition,
  request: ChangeSetRequest,
  after: FrozenTemplate,
  specification: Specification,
): Difference {
  const before = freeze(stack, was);
  const tagsChanged = sortedJson(was.tags) !== sortedJson(request.tags);
  const comparison = {
    before,
    after,
    changedParameters: changedParameters(before.template, was.parameters, after.template, request.parameters),
    tagsChanged,
    specification,
  };
  const changes = compare(comparison, (logicalId) => currentResource(stack, logicalId)?.physicalId);
  return { changes, empty: changes.length === 0 && !tagsChanged && before.outputs === after.outputs };
}

function changedParameters(
  before: Template,
  was: Readonly<Record<string, string>>,
  after: Template,
  given: Readonly<Record<string, string>>,
): ReadonlySet<string> {
  const old = effectiveParameters(before, was);
  const now = effectiveParameters(after, given);
  return new Set(Object.keys(now).filter((name) => old[name] !== now[name]));
}

function sortedJson(record: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
