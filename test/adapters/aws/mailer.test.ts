import { describe, expect, test } from "vitest";
import { SesMailer } from "../../../adapters/aws/mailer.ts";
import type { Table } from "../../../core/table/table.ts";
import { TestClock } from "../../support/clock.ts";
import type { FaultProxy } from "../../support/fault-proxy.ts";
import { aMail, type Delivered, deliveredBy, FROM, verify } from "../../support/mails.ts";
import { describeFaults, patience } from "../../support/messaging-faults.ts";
import { faultsBefore, useMoto } from "../../support/moto.ts";
import { type Moto, wireIsMissing } from "../../support/moto-server.ts";
import { crashingTable, memoryTable } from "../../support/tables.ts";

const SEND = "POST /v2/email/outbound-emails";
const DAY_MS = 86_400_000;

interface Bench {
  readonly proxy: FaultProxy;
  readonly clock: TestClock;
  readonly table: Table;
  readonly mailer: SesMailer;
  /** The same with another table or sender. */
  open(changes: { table?: Table; from?: string; configurationSet?: string }): SesMailer;
  delivered(): Promise<Delivered[]>;
}

async function bench(moto: Moto, waiting = patience): Promise<Bench> {
  await moto.reset();
  const proxy = await faultsBefore(moto);
  await verify(moto.place(), FROM);
  const clock = new TestClock();
  const table = memoryTable(clock);
  const place = moto.place({ endpoint: proxy.endpoint, patience: waiting });
  const open: Bench["open"] = ({ table: other = table, from = FROM, ...options }) =>
    new SesMailer(place, { from, ...options }, other, clock);
  return { proxy, clock, table, mailer: open({}), open, delivered: () => deliveredBy(moto) };
}

describe.skipIf(wireIsMissing)("mails sent by SES", () => {
  const moto = useMoto();

  describeFaults("sending a mail", { on: SEND, most: 3 }, async (waiting) => {
    const { proxy, mailer, delivered } = await bench(moto(), waiting);
    return { proxy, call: () => mailer.send(aMail()), done: async () => (await delivered()).length };
  });

  test("cost one call, and carry text, HTML and their id for who gets them twice", async () => {
    const { proxy, open } = await bench(moto());
    await open({ configurationSet: "conductor" }).send(aMail({ text: "é 😀" }));
    expect(JSON.parse(proxy.calls[0]?.body ?? "")).toEqual({
      FromEmailAddress: FROM,
      Destination: { ToAddresses: ["grace@example.com"] },
      ConfigurationSetName: "conductor",
      Content: {
        Simple: {
          Subject: { Data: "Please decide", Charset: "UTF-8" },
          Body: {
            Text: { Data: "é 😀", Charset: "UTF-8" },
            Html: { Data: aMail().html, Charset: "UTF-8" },
          },
          Headers: [{ Name: "X-Conductor-Mail-Id", Value: "mail-1" }],
        },
      },
    });
    expect(proxy.count()).toEqual({ [SEND]: 1 });
  });

  test("are known to be sent for thirty days", async () => {
    const { clock, mailer, delivered } = await bench(moto());
    await mailer.send(aMail());
    clock.advance(30 * DAY_MS - 1_000);
    await mailer.send(aMail());
    expect(await delivered()).toHaveLength(1);
    clock.advance(1_000);
    await mailer.send(aMail());
    expect(await delivered()).toHaveLength(2);
  });

  test("go out again when a crash came before it was known that they were sent, and not when it came after", async () => {
    const { table, mailer, open, delivered } = await bench(moto());
    const before = open({ table: crashingTable(table, ["before"]) });
    await expect(before.send(aMail({ id: "one" }))).rejects.toMatchObject({ name: "Unavailable" });
    await mailer.send(aMail({ id: "one" }));
    const after = open({ table: crashingTable(table, ["after"]) });
    await expect(after.send(aMail({ id: "two" }))).rejects.toMatchObject({ name: "Unavailable" });
    await mailer.send(aMail({ id: "two" }));
    expect(await delivered()).toHaveLength(3);
  });

  test("that two send at the same time are an error to neither", async () => {
    const { mailer, delivered } = await bench(moto());
    await Promise.all([mailer.send(aMail()), mailer.send(aMail())]);
    await mailer.send(aMail());
    expect((await delivered()).length).toBeLessThanOrEqual(2);
  });

  test("from an address nobody verified are refused, with what to do", async () => {
    const { open, delivered } = await bench(moto());
    await expect(open({ from: "stranger@example.org" }).send(aMail())).rejects.toMatchObject({
      name: "MailIdentityUnverified",
      message: expect.stringMatching(/mail-1 .*verify the identity of stranger@example.org .*sandbox/),
    });
    expect(await delivered()).toEqual([]);
  });

  test.each([
    [
      "MessageRejected",
      "Email address is not verified. The following identities failed the check in region EU-WEST-1: grace@example.com",
      "MailIdentityUnverified",
      /grace@example.com.* production access/,
    ],
    ["MailFromDomainNotVerifiedException", "no", "MailIdentityUnverified", /verify the identity/],
    ["MessageRejected", "Message contains a virus", "MailRefused", /mail-1: Message contains a virus/],
    ["AccountSuspendedException", "no", "MailStopped", /reputation/],
    ["SendingPausedException", "no", "MailStopped", /nothing for this account/],
    ["TooManyRequestsException", "Daily message quota exceeded", "QuotaExceeded", /not tried again/],
    ["NotFoundException", "Configuration set <x> does not exist", "RequestRefused", /Configuration set <x>/],
  ])("that SES refuses with %s (%s) are told as %s, at once", async (code, message, name, words) => {
    const { proxy, mailer, delivered } = await bench(moto());
    proxy.inject({ status: 400, code, message }, { times: 9 });
    await expect(mailer.send(aMail())).rejects.toMatchObject({ name, message: expect.stringMatching(words) });
    expect(proxy.count()).toEqual({ [SEND]: 1 });
    proxy.calm();
    await mailer.send(aMail());
    expect(await delivered()).toHaveLength(1);
  });
});
