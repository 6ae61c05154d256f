import type { ArtifactStore } from "../ports.ts";

/** What was stored under a hash, as text. @throws ArtifactError ArtifactNotFound, ArtifactCorrupted */
export async function artifactText(artifacts: Pick<ArtifactStore, "get">, sha256: string): Promise<string> {
  return new TextDecoder().decode(await artifacts.get(sha256));
}

/** The same, read as JSON; what it holds is for the caller to check. */
export async function artifactJson(artifacts: Pick<ArtifactStore, "get">, sha256: string): Promise<unknown> {
  return JSON.parse(await artifactText(artifacts, sha256));
}
