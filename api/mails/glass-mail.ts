import { html } from "hono/html";
import type { BrokenGlass } from "../../core/gate/break-glass.ts";
import type { Mail } from "../../core/mail/mailer.ts";
import { minuteText } from "../../core/minute-text.ts";

const SUBJECTS = {
  broken: "Glass was broken",
  overdue: "Nobody has reviewed broken glass",
} as const;

/** Tells everybody that somebody approved alone in an emergency, or that nobody has looked at it in time. */
export function glassMail(
  glass: BrokenGlass,
  what: keyof typeof SUBJECTS,
  to: { readonly principal: string; readonly mail: string },
  origin: string,
): Mail {
  const { gateId, subject, by, reason, reviewBy, environment } = glass;
  const page = `${origin}/gates/${gateId}`;
  const facts = [
    ["What", `${subject} (${environment})`],
    ["By", by],
    ["Why", reason],
    ["To be reviewed by", `${minuteText(reviewBy)}, by somebody else who may decide there`],
  ] as const;
  return {
    id: `${gateId}-glass-${what}-${to.principal}`,
    to: [to.mail],
    subject: `${SUBJECTS[what]}: ${subject}`,
    text: [SUBJECTS[what], "", ...facts.map(([name, value]) => `${name}: ${value}`), "", page, ""].join("\n"),
    html: String(
      html`<h1>${SUBJECTS[what]}</h1><table>${facts.map(([name, value]) => html`<tr><td>${name}</td><td>${value}</td></tr>`)}</table><p><a href="${page}">${page}</a></p>`,
    ),
  };
}
