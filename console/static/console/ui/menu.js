// A button with a list of actions below it.
import { html, useEffect, useRef, useState } from "../html.js";
import { Icon } from "./icon.js";

/** @typedef {{ text: string, icon?: string, href?: string, run?: () => void, danger?: boolean, disabled?: string }} Item */

let last = 0;

/** @param {{ label: string, items: (Item | false | null | undefined)[], children?: any, kind?: string, align?: "start" | "end" }} props */
export function Menu({ label, items, children, kind = "bare", align = "end" }) {
  const [id] = useState(() => `menu-${++last}`);
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (isOpen) /** @type {HTMLElement | null | undefined} */ (list.current?.querySelector("a, button"))?.focus();
  }, [isOpen]);
  const keys = (/** @type {KeyboardEvent} */ event) => move(event, list.current);
  const shown = /** @type {Item[]} */ (items.filter(Boolean));
  return html`
    <button ref=${button} type="button" class=${kind} aria-label=${children ? undefined : label} aria-haspopup="menu" aria-expanded=${isOpen} popovertarget=${id}>${children ?? html`<${Icon} name="more" />`}</button>
    <div ref=${list} id=${id} popover class="menu" role="menu" aria-label=${label} onKeyDown=${keys} onBeforeToggle=${() => place(button.current, list.current, align)}
      onToggle=${(/** @type {any} */ event) => setOpen(event.newState === "open")}>
      ${shown.map((item) => html`<${Row} key=${item.text} item=${item} done=${() => list.current?.hidePopover()} />`)}
    </div>`;
}

/** @param {{ item: Item, done: () => void }} props */
function Row({ item, done }) {
  const inside = html`${item.icon && html`<${Icon} name=${item.icon} />`}<span>${item.text}</span>`;
  if (item.href) return html`<a role="menuitem" href=${item.href} onClick=${done}>${inside}</a>`;
  return html`<button type="button" role="menuitem" class=${item.danger ? "bad" : ""} disabled=${Boolean(item.disabled)} title=${item.disabled}
    onClick=${() => { done(); item.run?.(); }}>${inside}</button>`;
}

/** @param {HTMLElement | null} button @param {HTMLElement | null} list @param {"start" | "end"} align */
function place(button, list, align) {
  if (!button || !list) return;
  const box = button.getBoundingClientRect();
  const isAbove = box.bottom > innerHeight * 0.7;
  list.style.insetBlockStart = isAbove ? "auto" : `${box.bottom + 4}px`;
  list.style.insetBlockEnd = isAbove ? `${innerHeight - box.top + 4}px` : "auto";
  const isRight = align === "end";
  list.style.insetInlineEnd = isRight ? `${Math.max(8, document.documentElement.clientWidth - box.right)}px` : "auto";
  list.style.insetInlineStart = isRight ? "auto" : `${box.left}px`;
}

/** @param {KeyboardEvent} event @param {HTMLElement | null} list */
function move(event, list) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !list) return;
  event.preventDefault();
  const rows = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("a, button:not(:disabled)")]);
  const now = rows.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  rows[(now + step + rows.length) % rows.length]?.focus();
}
