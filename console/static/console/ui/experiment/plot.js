// An interval on the common scale.
import { html } from "../../html.js";
import { barOf, place } from "../../domain/scale.js";
import { changeText, intervalText } from "../../domain/format.js";

/** @param {number} radius */
const lines = (radius) => [-1, -0.5, 0, 0.5, 1].map((part) => place(part * radius, radius));

/** @param {{ radius: number, reading?: import("../../domain/reading.js").Reading, text?: (value: number) => string }} props */
export function Plot({ radius, reading, text = changeText }) {
  const interval = reading?.interval;
  const bar = interval && barOf(interval, radius);
  const tone = reading?.tone === "none" || !reading ? "" : `${reading.tone} ${reading.isFilled ? "" : "maybe"}`;
  const label = interval ? `${text(reading.middle ?? 0)}, between ${intervalText(interval, text).replace(" to ", " and ")}` : undefined;
  return html`<svg viewBox="0 0 400 44" preserveAspectRatio="none" role=${label ? "img" : undefined} aria-label=${label} aria-hidden=${label ? undefined : "true"}>
    ${lines(radius).map((x, at) => html`<line class=${at === 2 ? "zero" : "grid"} x1=${x} x2=${x} y1="0" y2="44" />`)}
    ${bar && html`<rect class=${`bar ${tone}`} x=${bar.x} y="16" width=${bar.width} height="12" rx="2" />
      ${bar.goesOnLeft && html`<path class="off" d="M9 15 1 22l8 7z" />`}${bar.goesOnRight && html`<path class="off" d="M391 15l8 7-8 7z" />`}
      <line class="mid" x1=${bar.middle} x2=${bar.middle} y1="12" y2="32" />`}</svg>`;
}

/** @param {{ radius: number }} props */
export const Axis = ({ radius }) => html`<span class="axis">${[-1, -0.5, 0, 0.5, 1].map((part) => html`<span>${part ? shortChange(part * radius) : "0"}</span>`)}</span>`;

/** @param {number} ratio */
export const shortChange = (ratio) => ratio === 0 ? "0" : `${ratio < 0 ? "\u2212" : "+"}${Number((Math.abs(ratio) * 100).toFixed(1))}\u202f%`;
