import { rowOf } from "../../adapters/aws/table-rows.ts";
import { type Table, versionAfter } from "../../core/table/table.ts";

/** A batch as DynamoDB's stream hands it to a function: new images, of what was put only. */
export interface StreamBatch {
  readonly Records: readonly {
    readonly eventName: "INSERT" | "MODIFY";
    readonly dynamodb: { readonly NewImage: Readonly<Record<string, unknown>> };
  }[];
}

/** The same table; whatever is put into it afterwards comes out of its stream, batch by batch, in their order. */
export function streaming(table: Table, consume: (batch: StreamBatch) => Promise<unknown>): Table {
  let before: Promise<unknown> = Promise.resolve();
  return {
    get: (key) => table.get(key),
    query: (query) => table.query(query),
    transact: async (writes) => {
      await table.transact(writes);
      const Records = writes.flatMap((write) =>
        "put" in write
          ? [
              {
                eventName: write.expect === "absent" ? ("INSERT" as const) : ("MODIFY" as const),
                dynamodb: { NewImage: rowOf(write.put, versionAfter(write.expect)) },
              },
            ]
          : [],
      );
      if (Records.length > 0) before = before.then(() => consume({ Records }));
    },
  };
}
