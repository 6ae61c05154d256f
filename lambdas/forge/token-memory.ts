import { createRequire } from "node:module";
import type { IConstruct } from "constructs";

/** Where CDK keeps its tokens. Nothing of it is exported: a test holds that forgetting still works. */
interface TokenMap {
  readonly stringTokenMap: Map<string, object>;
  readonly numberTokenMap: Map<number, object>;
}

/** A token that refers to a resource, as far as it is kept a second time, by its class. */
interface Reference {
  readonly target?: IConstruct;
  readonly constructor: { readonly referenceTable?: Map<IConstruct, unknown> };
}

const loadedModules = createRequire(import.meta.url).cache;

/** In a bundle nobody can tell whether CDK has loaded more of itself. */
const isBundled = !Object.keys(loadedModules).some((path) => path.includes("aws-cdk-lib"));

/**
 * Runs one synthesis and has CDK forget its tokens; what it returns must be resolved already.
 * CDK remembers every token for as long as the process lives, and with it the tree it belongs to: 250 KB for a
 * small template. Nothing is forgotten after a run that loaded modules, whose constants may be tokens too, and nothing
 * in a bundle: Lambda ends a container long before that counts.
 */
export function forgettingTokens<Result>(synthesis: () => Result): Result {
  const modules = Object.keys(loadedModules).length;
  const strings = tokenMap()?.stringTokenMap.size ?? 0;
  const numbers = tokenMap()?.numberTokenMap.size ?? 0;
  try {
    return synthesis();
  } finally {
    if (!isBundled && Object.keys(loadedModules).length === modules) {
      forgetAllBut(strings, tokenMap()?.stringTokenMap);
      forgetAllBut(numbers, tokenMap()?.numberTokenMap);
    }
  }
}

/** A Map lists its entries in the order they came: those beyond the first `count` are new. */
function forgetAllBut<Key>(count: number, tokens = new Map<Key, object>()): void {
  for (const [key, token] of [...tokens].slice(count)) {
    forgetTree(token as Reference);
    tokens.delete(key);
  }
}

function forgetTree({ target, constructor: { referenceTable } }: Reference): void {
  for (const resource of referenceTable?.keys() ?? [])
    if (resource.node.root === target?.node.root) referenceTable?.delete(resource);
}

function tokenMap(): TokenMap | undefined {
  return (globalThis as { __cdkTokenMap?: TokenMap }).__cdkTokenMap;
}
