import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import type { DataApi } from "../../adapters/aws/data-api.ts";

/** Aurora's Data API before a PostgreSQL with pgvector that runs in this process. */
export interface DataApiServer {
  readonly url: string;
  readonly database: PGlite;
  /** The way to it; another endpoint leads through a proxy. */
  api(endpoint?: string): DataApi;
  /** The next statements find the database paused. */
  pause(times: number): void;
  end(): Promise<void>;
}

const CLUSTER = "arn:aws:rds:eu-west-1:111122223333:cluster:agent-mesh-dev-large";
const SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:agent-mesh-dev-large";

interface Parameter {
  readonly name: string;
  readonly value: { readonly stringValue?: string; readonly longValue?: number };
}

interface Statement {
  readonly resourceArn: string;
  readonly secretArn: string;
  readonly database?: string;
  readonly sql: string;
  readonly parameters?: readonly Parameter[];
}

export async function startDataApi(): Promise<DataApiServer> {
  const database = await PGlite.create({ extensions: { vector } });
  let pausedFor = 0;
  const server = createServer((request, response) => {
    const answer = async () => {
      const statement = JSON.parse(await text(request)) as Statement;
      if (request.url !== "/Execute") return refuse(response, "NotFoundException", `no ${request.url}`);
      if (statement.resourceArn !== CLUSTER || statement.secretArn !== SECRET)
        return refuse(response, "BadRequestException", "there is no such cluster or secret");
      if (pausedFor-- > 0)
        return refuse(response, "DatabaseResumingException", "The Aurora DB instance is resuming");
      await execute(database, statement, response);
    };
    answer().catch((error: Error) => refuse(response, "DatabaseErrorException", `ERROR: ${error.message}`));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    database,
    api: (endpoint = url) => ({
      place: { region: "eu-west-1", endpoint, credentials: { accessKeyId: "a", secretAccessKey: "b" } },
      clusterArn: CLUSTER,
      secretArn: SECRET,
      database: "memory",
    }),
    pause: (times) => {
      pausedFor = times;
    },
    end: async () => {
      server.closeAllConnections();
      server.close();
      await database.close();
    },
  };
}

/** Named parameters become numbered ones of the type that the Data API declares for them: text is text, not unknown. */
async function execute(
  database: PGlite,
  { sql, parameters = [] }: Statement,
  response: ServerResponse,
): Promise<void> {
  const places = new Map(parameters.map(({ name }, index) => [name, index]));
  const numbered = sql.replace(/(?<![:\w]):(\w+)/g, (whole, name: string) => {
    const place = places.get(name);
    if (place === undefined) throw new Error(`the parameter ${whole} has no value`);
    const type = parameters[place]?.value.longValue === undefined ? "text" : "bigint";
    return `$${place + 1}::${type}`;
  });
  const values = parameters.map(({ value }) => value.stringValue ?? value.longValue);
  const { rows, affectedRows = 0 } = await database.query<unknown[]>(numbered, values, { rowMode: "array" });
  const records = rows.map((row) => row.map(fieldOf));
  const body = JSON.stringify({ numberOfRecordsUpdated: affectedRows, generatedFields: [], records });
  response.writeHead(200, { "content-type": "application/json" }).end(body);
}

function fieldOf(cell: unknown): object {
  if (cell === null) return { isNull: true };
  if (typeof cell === "boolean") return { booleanValue: cell };
  if (typeof cell === "number") return Number.isInteger(cell) ? { longValue: cell } : { doubleValue: cell };
  return { stringValue: String(cell) };
}

function refuse(response: ServerResponse, name: string, message: string): void {
  const headers = { "content-type": "application/json", "x-amzn-errortype": name };
  response.writeHead(400, headers).end(JSON.stringify({ message }));
}
