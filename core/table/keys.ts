import type { Key } from "./table.ts";

/*
 * The single table's design: every key in one place (what each partition bears on AWS: docs/adr/0014-one-dynamodb-table.md).
 * Access patterns, each one get or one query:
 *
 *   an execution, its signals and status    get   EXECUTION#<id> / RECORD
 *   executions, newest first                query index1 EXECUTIONS / <created>#<id>
 *   executions by status, newest first      query index2 EXECUTIONS#<status> / <created>#<id>
 *   artifacts of an execution               query EXECUTION#<id> / ARTIFACT#<name>
 *   remembered results (law 10)             get   EXECUTION#<id> / RESULT#<idempotency key>
 *   gates of an execution                   query GATES#<id> / GATE#<id>, apart from what agents may write
 *   a gate by its id alone                  get   GATE#<id> / POINTER
 *   open gates, oldest first                query index1 GATES#open#<environment> / <opened>#<id>
 *   budget counters                         get   BUDGET#<scope> / COUNTERS; reservations beside the execution
 *   a stack's lock with its queue           get   LOCK#<account>#<region>#<stack> / LOCK
 *   a chain's head and its events in order  get   CHAIN#<chain> / HEAD; query CHAIN#<chain> / EVENT#<seq>
 *   undelivered effects, oldest first       query OUTBOX / <created>#<id>
 *   unpublished events, oldest first        query OUTBOX#EVENTS / <at>#<execution>#<seq>
 *   whether a mail was sent                 get   MAIL#<id> / SENT
 *   a request to the API and its answer     get   REQUEST#<principal and idempotency key> / ANSWER
 *   people with their roles and addresses   query PEOPLE / <principal>
 *   broken glass, oldest first              query GLASS / <gate>
 *   what people were told of a gate         get   NOTICE#<gate> / GIVEN
 *   a request of Slack's that came         get   SLACK#<signature> / SEEN
 *   a link to decide that is good no more   get   LINK#<nonce> / ENDED
 *   a session, a link to sign in once       get   SESSION#<hash> / SESSION; SIGNIN#<hash> / LINK
 *   one-time codes somebody has shown       get   STEPUP#<principal> / CODES
 *   what a watch found, the newest first   query WATCH#<watch>#<environment> / <at>
 *   remembered retrospectives and runbooks  query MEMORY#<kind>#<environment>/<stack> / <at>#<execution>
 *   facts shown of a stack                  query MEMORY#fact#<environment>/<stack> / <kind>#<name>
 *   a vector by what it stands for          get   MEMORY#vector#<embedder>#<dimensions>#<id> / ENTRY
 *   the vectors of a space, newest first    query index1 MEMORY#vectors#<embedder>#<dimensions> / <at>#<id>
 */

const SEQUENCE_DIGITS = 12;

export const keys = {
  execution: (id: string): Key => ({ pk: `EXECUTION#${id}`, sk: "RECORD" }),
  executionsIndex: (createdAt: string, id: string): Key => ({ pk: "EXECUTIONS", sk: `${createdAt}#${id}` }),
  executionsByStatusIndex: (status: string, createdAt: string, id: string): Key => ({
    pk: `EXECUTIONS#${status}`,
    sk: `${createdAt}#${id}`,
  }),
  artifact: (executionId: string, name: string): Key => ({
    pk: `EXECUTION#${executionId}`,
    sk: `ARTIFACT#${name}`,
  }),
  result: (executionId: string, idempotencyKey: string): Key => ({
    pk: `EXECUTION#${executionId}`,
    sk: `RESULT#${idempotencyKey}`,
  }),
  gate: (executionId: string, gateId: string): Key => ({
    pk: `GATES#${executionId}`,
    sk: `GATE#${gateId}`,
  }),
  gatePointer: (gateId: string): Key => ({ pk: `GATE#${gateId}`, sk: "POINTER" }),
  openGatesIndex: (environment: string, openedAt: string, gateId: string): Key => ({
    pk: `GATES#open#${environment}`,
    sk: `${openedAt}#${gateId}`,
  }),
  counters: (scope: string): Key => ({ pk: `BUDGET#${scope}`, sk: "COUNTERS" }),
  reservation: (executionId: string, idempotencyKey: string): Key => ({
    pk: `EXECUTION#${executionId}`,
    sk: `RESERVATION#${idempotencyKey}`,
  }),
  lock: (account: string, region: string, stack: string): Key => ({
    pk: `LOCK#${account}#${region}#${stack}`,
    sk: "LOCK",
  }),
  chainHead: (chain: string): Key => ({ pk: `CHAIN#${chain}`, sk: "HEAD" }),
  chainEvent: (chain: string, seq: number): Key => ({
    pk: `CHAIN#${chain}`,
    sk: `EVENT#${String(seq).padStart(SEQUENCE_DIGITS, "0")}`,
  }),
  outbox: (createdAt: string, id: string): Key => ({ pk: "OUTBOX", sk: `${createdAt}#${id}` }),
  announcement: (at: string, eventId: string): Key => ({ pk: "OUTBOX#EVENTS", sk: `${at}#${eventId}` }),
  mailSent: (id: string): Key => ({ pk: `MAIL#${id}`, sk: "SENT" }),
  request: (operation: string): Key => ({ pk: `REQUEST#${operation}`, sk: "ANSWER" }),
  glass: (gateId: string): Key => ({ pk: "GLASS", sk: gateId }),
  notice: (gateId: string): Key => ({ pk: `NOTICE#${gateId}`, sk: "GIVEN" }),
  slackRequest: (signature: string): Key => ({ pk: `SLACK#${signature.slice(0, 128)}`, sk: "SEEN" }),
  link: (nonce: string): Key => ({ pk: `LINK#${nonce}`, sk: "ENDED" }),
  person: (principal: string): Key => ({ pk: "PEOPLE", sk: principal }),
  session: (hash: string): Key => ({ pk: `SESSION#${hash}`, sk: "SESSION" }),
  signIn: (hash: string): Key => ({ pk: `SIGNIN#${hash}`, sk: "LINK" }),
  stepUp: (principal: string): Key => ({ pk: `STEPUP#${principal}`, sk: "CODES" }),
  watchReport: (watch: string, environment: string, at: string): Key => ({
    pk: `WATCH#${watch}#${environment}`,
    sk: at,
  }),
  memory: (kind: string, name: string): Key => ({ pk: `MEMORY#${kind}`, sk: name }),
} as const;
