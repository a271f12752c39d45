// One of the symbols of icons.svg.
import { html } from "../html.js";

const FILE = new URL("../icons.svg", import.meta.url).pathname;

/** @param {{ name: string, label?: string }} props */
export const Icon = ({ name, label }) => html`
  <svg class="icon" aria-hidden=${label ? undefined : "true"} role=${label ? "img" : undefined} aria-label=${label}>
    <use href=${`${FILE}#${name}`} />
  </svg>`;
