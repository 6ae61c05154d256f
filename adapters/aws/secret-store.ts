import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { Secret, SecretError, type SecretStore } from "../../core/secrets/secret-store.ts";
import { type AwsPlace, clientOf } from "./clients.ts";
import { mapped } from "./errors.ts";

/** What Secrets Manager says of a secret that is not there, is being deleted, or whose key it may not use. */
const EXPECTED = ["ResourceNotFoundException", "InvalidRequestException", "DecryptionFailure"];

/** Secrets in Secrets Manager, each as it stands now. Nothing it says holds a value. */
export class SecretsManagerStore implements SecretStore {
  readonly #client: SecretsManagerClient;

  constructor(place: AwsPlace) {
    this.#client = clientOf(place, SecretsManagerClient);
  }

  /** @param name its name or ARN */
  async read(name: string): Promise<Secret> {
    const command = new GetSecretValueCommand({ SecretId: name });
    try {
      const what = `reading the secret ${name}`;
      const { SecretString } = await mapped(() => this.#client.send(command), what, EXPECTED);
      if (SecretString !== undefined) return new Secret(SecretString);
    } catch (error) {
      throw error instanceof Error && EXPECTED.includes(error.name) ? refusal(name, error) : error;
    }
    throw new SecretError("SecretUnreadable", `the secret ${name} is binary; store it as text`);
  }
}

function refusal(name: string, cause: Error): SecretError {
  switch (cause.name) {
    case "DecryptionFailure": {
      const what = "its key does not decrypt it for us; allow kms:Decrypt on it to this role";
      return new SecretError("SecretUnreadable", `the secret ${name} cannot be read: ${what}`, { cause });
    }
    case "InvalidRequestException": {
      const what = "it is marked for deletion, or has no value yet; restore it or put one in";
      return new SecretError("SecretMissing", `the secret ${name} is not to be had: ${what}`, { cause });
    }
    default: {
      const what = "create it, put a value in, or correct its name and region";
      return new SecretError("SecretMissing", `there is no secret ${name}, or no value in it; ${what}`, {
        cause,
      });
    }
  }
}
