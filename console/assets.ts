import type { Hono } from "hono";
import { sha256 } from "../core/digest.ts";
import { LIVE_SCRIPT } from "./script.ts";
import { BASE_STYLE } from "./style/base.ts";
import { PARTS_STYLE } from "./style/parts.ts";
import { VIEWS_STYLE } from "./style/views.ts";

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#4666e5" stroke-width="2.4" stroke-linecap="round"><path d="M4 20V9a8 8 0 0 1 16 0v11"/><path d="M12 20V11"/><circle cx="12" cy="7.5" r="1.4" fill="#4666e5" stroke="none"/></svg>`;

const FILES: Readonly<Record<string, readonly [type: string, content: string]>> = {
  "console.css": ["text/css; charset=utf-8", BASE_STYLE + PARTS_STYLE + VIEWS_STYLE],
  "live.js": ["text/javascript; charset=utf-8", LIVE_SCRIPT],
  "icon.svg": ["image/svg+xml", ICON],
};

/** Where the files of this version are: another version has another address, so browsers keep them for ever. */
export const ASSETS = `/assets/${sha256(JSON.stringify(FILES)).slice(0, 12)}`;

export function assetRoutes(app: Pick<Hono, "get">): void {
  for (const [name, [type, content]] of Object.entries(FILES)) {
    app.get(`${ASSETS}/${name}`, (c) =>
      c.body(content, 200, { "content-type": type, "cache-control": "public, max-age=31536000, immutable" }),
    );
  }
}
