import { expect, test } from "vitest";
import { diagramSvg } from "../../../lambdas/atlas/diagram.ts";
import { withLiteralColours } from "../../../lambdas/atlas/literal-colours.ts";

const picture = (style: string) =>
  `<svg width="1" style="--bg:#FFFFFF;--fg:#000000;background:var(--bg)">
<style>
  text { font-family: 'Inter'; }
  svg {
    --_line: ${style};
  }
</style>
<defs></defs><line stroke="var(--_line)" /></svg>`;

test("a picture has only colours that every viewer knows", async () => {
  const svg = await diagramSvg('flowchart LR\n  a["one"] -->|to| b[("two")]');
  expect(svg).not.toMatch(/var\(|color-mix|--/);
  const colours = [...svg.matchAll(/(?:fill|stroke)="([^"]*)"/g)].map(([, colour]) => colour);
  expect(colours.length).toBeGreaterThan(10);
  for (const colour of colours) expect(colour).toMatch(/^(#[0-9a-f]{6}|none)$/i);
});

test("a mixed colour becomes what it looks like", () => {
  const mixed = withLiteralColours(picture("var(--line, color-mix(in srgb, var(--fg) 20%, var(--bg)))"));
  expect(mixed).toContain('<line stroke="#cccccc" />');
});

test("the background is drawn, not only styled", () => {
  expect(withLiteralColours(picture("var(--fg)"))).toContain(
    '<rect width="100%" height="100%" fill="#FFFFFF" />',
  );
});

test("a colour that is written in another way is said, not painted black", () => {
  expect(() => withLiteralColours(picture("oklch(50% 0 0)"))).toThrow("which colour oklch(50% 0 0) is");
});
