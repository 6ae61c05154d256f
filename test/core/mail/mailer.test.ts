import { expect, test } from "vitest";
import { fitToSend } from "../../../core/mail/mailer.ts";
import { aMail } from "../../support/mails.ts";

test.each(["subject", "text", "html"] as const)(
  "a credential in a mail's %s is taken out, and nothing else",
  (part) => {
    const mail = aMail({ [part]: "log in with password=correct-horse-battery" });
    expect(fitToSend(mail)).toEqual({ ...mail, [part]: "log in with password=[redacted]" });
  },
);

test("a mail with nothing to hide leaves as it is", () => {
  const mail = aMail({
    html: '<a href="https://example.com/gates/gate_1?digest=0123456789abcdef">Decide</a>',
  });
  expect(fitToSend(mail)).toEqual(mail);
});
