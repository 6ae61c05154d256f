import { describe, expect, test } from "vitest";
import { SesMailer } from "../../adapters/aws/mailer.ts";
import { SqliteMailer } from "../../adapters/embedded/mailer.ts";
import type { Mail, Mailer } from "../../core/mail/mailer.ts";
import { openDatabase } from "../../engine/store/database.ts";
import { TestClock } from "../support/clock.ts";
import { aMail, type Delivered, deliveredBy, FROM, verify } from "../support/mails.ts";
import { useMoto } from "../support/moto.ts";
import { wireIsMissing } from "../support/moto-server.ts";
import { memoryTable, sharedFile } from "../support/tables.ts";

interface Opened {
  readonly mailer: Mailer;
  /** The same as another process has it. */
  readonly other: Mailer;
  delivered(): Promise<readonly Delivered[]>;
}

describe("mails kept in SQLite", () => {
  cases(() => {
    const file = sharedFile();
    const clock = new TestClock();
    const mailer = new SqliteMailer(openDatabase(file), clock);
    const delivered = () =>
      Promise.resolve(
        mailer
          .sent(100)
          .map(({ to, subject, html }) => ({ to, subject, html }))
          .toReversed(),
      );
    return Promise.resolve({ mailer, other: new SqliteMailer(openDatabase(file), clock), delivered });
  });
});

describe.skipIf(wireIsMissing)("mails sent by SES", () => {
  const moto = useMoto();
  cases(async () => {
    await moto().reset();
    await verify(moto().place(), FROM);
    const clock = new TestClock();
    const table = memoryTable(clock);
    const open = () => new SesMailer(moto().place(), { from: FROM }, table, clock);
    return { mailer: open(), other: open(), delivered: () => deliveredBy(moto()) };
  });
});

function cases(open: () => Promise<Opened>): void {
  test("reach whom they are for, as they were written", async () => {
    const { mailer, delivered } = await open();
    const to = ["grace@example.com", "o'brien+gates@example.co.uk"];
    await mailer.send(aMail({ to, subject: "Zur Freigabe: „shop“ 😀", html: "<p>„ja“ &amp; 😀</p>" }));
    expect(await delivered()).toEqual([
      { to, subject: "Zur Freigabe: „shop“ 😀", html: "<p>„ja“ &amp; 😀</p>" },
    ]);
  });

  test("are sent once, however often and by whom they are sent again", async () => {
    const { mailer, other, delivered } = await open();
    await mailer.send(aMail());
    await mailer.send(aMail());
    await other.send(aMail({ subject: "another subject under the same id" }));
    await other.send(aMail({ id: "another" }));
    expect((await delivered()).map(({ subject }) => subject)).toEqual(["Please decide", "Please decide"]);
  });

  test("carry no credential, wherever somebody wrote it", async () => {
    const { mailer, delivered } = await open();
    const secret = "password=correct-horse-battery";
    await mailer.send(aMail({ subject: `a ${secret}`, text: secret, html: `<p>${secret}</p>` }));
    expect(JSON.stringify(await delivered())).not.toContain("correct-horse");
  });

  test("have one line for a subject, whatever is in it", async () => {
    const { mailer, delivered } = await open();
    await mailer.send(aMail({ subject: "Decide\r\nBcc: everybody@example.com\n\n  now\t" }));
    expect(await delivered()).toMatchObject([{ subject: "Decide Bcc: everybody@example.com now" }]);
  });

  const wrong: readonly [string, Partial<Mail>][] = [
    ["nobody", { to: [] }],
    ["more than fifty", { to: Array.from({ length: 51 }, (_, n) => `p${n}@example.com`) }],
    ...[
      "grace",
      "grace@",
      "@example.com",
      "grace@example",
      "grace@example.com\r\nBcc: x@example.com",
      "grace@example.com, x@example.com",
      "Grace <grace@example.com>",
      "grace@exämple.com",
      "",
    ].map((address) => [JSON.stringify(address), { to: ["ada@example.com", address] }] as const),
  ].map(([name, mail]) => [name, mail] as [string, Partial<Mail>]);

  test.each(wrong)("to %s are refused, and none of them goes out", async (_, mail) => {
    const { mailer, delivered } = await open();
    await expect(mailer.send(aMail(mail))).rejects.toMatchObject({
      name: "MailAddressInvalid",
      message: expect.stringContaining("mail-1"),
    });
    expect(await delivered()).toEqual([]);
  });
}
