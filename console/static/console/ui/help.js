// The keys of the console.
import { html } from "../html.js";
import { Told } from "./dialog.js";

const KEYS = [
  ["Ctrl K, ⌘ K", "Go to a page, an experiment, a flag"], ["/", "Search this list"], ["c", "New experiment"],
  ["j  k  Enter", "Down, up, open in lists"], ["[  ]", "Previous and next tab"],
  ["g then e f h m r a s", "Experiments, flags, holdouts, metrics, requests, activity, settings"],
  ["?", "This list"], ["Esc", "Close"],
];

/** @param {{ close: () => void }} props */
export const Help = ({ close }) => html`<${Told} title="Keyboard" close=${close}>
  <dl class="keys">${KEYS.map(([keys, text]) => html`<dt><kbd>${keys}</kbd></dt><dd>${text}</dd>`)}</dl>
  <p class="small">Single keys can be switched off in your account.</p></${Told}>`;
