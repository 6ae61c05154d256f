import {
  IdempotencyItemAlreadyExistsError,
  IdempotencyItemNotFoundError,
  IdempotencyRecordStatus,
} from "@aws-lambda-powertools/idempotency";
import { BasePersistenceLayer, IdempotencyRecord } from "@aws-lambda-powertools/idempotency/persistence";
import { functionEvent } from "../../core/function-event.ts";
import { keys } from "../../core/table/keys.ts";
import type { Key, Table } from "../../core/table/table.ts";

type Data = Parameters<BasePersistenceLayer["getRecord"]>[0];

/**
 * Powertools' idempotency on the rows in which agents' results are remembered (law 10): kept as long as the execution,
 * under the key that its state machine gave. The agent stores its result itself, in the transaction of its effects, so
 * that nothing is to be stored here (docs/adr/0015-idempotency-has-one-truth.md).
 */
export class RememberedResults extends BasePersistenceLayer {
  readonly #table: Pick<Table, "get">;

  constructor(table: Pick<Table, "get">) {
    super();
    this.#table = table;
  }

  /** The row's own key, where Powertools would make a hash. */
  protected override getHashedIdempotencyKey(data: Data): string {
    const { executionId, idempotencyKey } = functionEvent.parse(data);
    return JSON.stringify(keys.result(executionId, idempotencyKey));
  }

  protected async _getRecord(idempotencyKey: string): Promise<IdempotencyRecord> {
    const record = await this.#find(idempotencyKey);
    if (record) return record;
    throw new IdempotencyItemNotFoundError();
  }

  /** The beginning of a call is not stored: only whether it has been answered before counts. */
  protected async _putRecord({ idempotencyKey }: IdempotencyRecord): Promise<void> {
    const record = await this.#find(idempotencyKey);
    if (record) throw new IdempotencyItemAlreadyExistsError("it has been answered before", record);
  }

  protected async _updateRecord(): Promise<void> {}

  protected async _deleteRecord(): Promise<void> {}

  async #find(idempotencyKey: string): Promise<IdempotencyRecord | undefined> {
    const row = await this.#table.get(JSON.parse(idempotencyKey) as Key);
    if (!row) return undefined;
    const responseData = row.attributes["output"] as NonNullable<IdempotencyRecord["responseData"]>;
    return new IdempotencyRecord({ idempotencyKey, status: IdempotencyRecordStatus.COMPLETED, responseData });
  }
}
