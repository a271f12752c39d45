// Single keys, while nothing is typed, and the list of them.
import { html, useEffect } from "../html.js";
import { navigate } from "../router.js";
import { mayMake, page } from "../session.js";
import { Told, ask, isAsking } from "./dialog.js";
import { openPalette } from "./palette.js";

const GO = /** @type {Record<string, string>} */ ({
  e: "experiments", f: "feature_flags", h: "holdouts", m: "saved_metrics", r: "change_requests", a: "activity", s: "settings",
});

export const areKeysOn = () => localStorage.getItem("keys") !== "off";

/** @param {KeyboardEvent} event */
const isTyping = (event) =>
  event.ctrlKey || event.metaKey || event.altKey ||
  /** @type {Element} */ (event.target).closest?.("input, textarea, select, dialog, [popover], [contenteditable]") !== null;

let isGoing = false;

/** @param {KeyboardEvent} event */
function press(event) {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (!isAsking()) openPalette();
    return;
  }
  if (isTyping(event) || !areKeysOn()) return;
  if (isGoing && GO[event.key]) navigate(page(GO[event.key]));
  else if (event.key === "/") focusSearch(event);
  else if (event.key === "c" && mayMake("experiment")) navigate(page("experiments/new"));
  else if (event.key === "?") ask((close) => Help({ close }));
  else if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
  else if (event.key === "[" || event.key === "]") turn(event.key === "]" ? 1 : -1);
  isGoing = event.key === "g";
}

/** @param {KeyboardEvent} event */
function focusSearch(event) {
  const field = /** @type {HTMLElement | null} */ (document.querySelector("main input[type=search]"));
  if (!field) return;
  event.preventDefault();
  field.focus();
}

/** To the next row of a list. @param {1 | -1} by */
function step(by) {
  const rows = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("main .list tbody a.title")]);
  if (!rows.length) return;
  const now = rows.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  rows[now < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, now + by))].focus();
}

/** To the next tab. @param {1 | -1} by */
function turn(by) {
  const tabs = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("main .tabs a")]);
  const now = tabs.findIndex((tab) => tab.getAttribute("aria-current"));
  tabs[now + by]?.click();
}

export function useShortcuts() {
  useEffect(() => {
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}

const KEYS = [
  ["Ctrl K, ⌘ K", "Go to a page, an experiment, a flag"], ["/", "Search this list"], ["c", "New experiment"],
  ["j  k  Enter", "Down, up, open in lists"], ["[  ]", "Previous and next tab"],
  ["g then e f h m r a s", "Experiments, flags, holdouts, metrics, requests, activity, settings"],
  ["?", "This list"], ["Esc", "Close"],
];

/** @param {{ close: () => void }} props */
const Help = ({ close }) => html`<${Told} title="Keyboard" close=${close}>
  <dl class="keys">${KEYS.map(([keys, text]) => html`<dt><kbd>${keys}</kbd></dt><dd>${text}</dd>`)}</dl>
  <p class="small">Single keys can be switched off in your account.</p></${Told}>`;
