// Parts of one object, each with its own address.
import { html, useEffect, useRef } from "../html.js";

/** @param {{ label: string, now: string, tabs: [string, any][], base: string }} props the first tab is at the base itself */
export function Tabs({ label, now, tabs, base }) {
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  // On a phone the open one may be out of sight.
  useEffect(() => element.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" }), [now]);
  return html`<nav ref=${element} class="tabs" aria-label=${label}>${tabs.map(([name, text], index) => html`
    <a key=${name} href=${index ? `${base}/${name}` : base} aria-current=${now === name ? "page" : undefined}>${text}</a>`)}</nav>`;
}

/** @param {{ to: string, up: string, children?: any }} props */
export const Crumbs = ({ to, up, children }) => html`<nav class="crumbs" aria-label="Breadcrumbs"><a href=${to}>${up}</a><span aria-hidden="true">/</span>
  <span class="clip" dir="auto">${children}</span></nav>`;
