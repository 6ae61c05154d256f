/**
 * Looks at the page again every two seconds while somebody sees it, and puts in place what has changed. Without it
 * everything works; one reloads by hand.
 */
export const LIVE_SCRIPT = `
"use strict";
(() => {
  const EVERY_MS = 2000;
  let last = "";
  const busy = (part) => part.contains(document.activeElement) && /^(INPUT|TEXTAREA|SELECT|BUTTON|SUMMARY)$/.test(document.activeElement.tagName);
  const look = async () => {
    const parts = [...document.querySelectorAll("[data-live]")];
    if (document.hidden || !parts.some((part) => part.id === "page")) return;
    const response = await fetch(location.href, { headers: { accept: "text/html" }, credentials: "same-origin" });
    if (response.redirected || !response.ok) return;
    const text = await response.text();
    if (text === last) return;
    last = text;
    const page = new DOMParser().parseFromString(text, "text/html");
    for (const part of parts) {
      const fresh = page.getElementById(part.id);
      if (fresh && !busy(part) && fresh.innerHTML !== part.innerHTML) replace(part, fresh);
    }
  };
  const replace = (part, fresh) => {
    const open = new Set([...part.querySelectorAll("details[open][id]")].map(({ id }) => id));
    const scrolled = new Map([...part.querySelectorAll(".machine, .scroll, pre")].map((one, at) => [at, [one.scrollTop, one.scrollLeft]]));
    part.innerHTML = fresh.innerHTML;
    for (const one of part.querySelectorAll("details[id]")) if (open.has(one.id)) one.open = true;
    [...part.querySelectorAll(".machine, .scroll, pre")].forEach((one, at) => {
      const [top, left] = scrolled.get(at) ?? [0, 0];
      one.scrollTop = top; one.scrollLeft = left;
    });
  };
  setInterval(() => look().catch(() => {}), EVERY_MS);
})();
`;
