// Lines over days, with bands, direct labels, and the same numbers as a table.
import { html, useLayoutEffect, useRef, useState } from "../html.js";
import { bandPath, linePath, scaleOf, spread } from "../domain/line.js";
import { ticks } from "../domain/scale.js";

/**
 * @typedef {{ name: string, place: number, values: (number | null)[], bands?: ([number, number] | null)[] }} Line `place` chooses hue and dash
 */

const MOST = 760;
const TOP = 10;
const BOTTOM = 184;

/** As wide as there is room, so that texts keep their size. @returns {[any, number]} */
function useWidth() {
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  const [width, setWidth] = useState(MOST);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) => setWidth(Math.max(260, Math.min(MOST, Math.round(contentRect.width)))));
    if (element.current) observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}

/** @param {string} day */
const dayText = (day) => new Intl.DateTimeFormat(navigator.language, { day: "numeric", month: "short", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));

/** @param {{ days: string[], lines: Line[], text: (value: number) => string, tick?: (value: number) => string, label: string, zero?: boolean, limit?: number }} props */
export function LineChart({ days, lines, text, tick = text, label, zero, limit }) {
  const [element, width] = useWidth();
  const BOX = { left: 58, right: width - 120, top: TOP, bottom: BOTTOM };
  const all = lines.flatMap(({ values, bands }) => [...values, ...(bands ?? []).flatMap((band) => band ?? [])]).filter((value) => value !== null);
  const clamp = (/** @type {number} */ value) => (limit === undefined ? value : Math.max(-limit, Math.min(limit, value)));
  const low = Math.min(0, ...all.map((value) => clamp(Number(value))));
  const high = Math.max(0, ...all.map((value) => clamp(Number(value)))) || 1;
  const x = scaleOf(0, Math.max(1, days.length - 1), BOX.left, BOX.right);
  const y = scaleOf(low, high, BOX.bottom, BOX.top);
  const point = (/** @type {number | null} */ value, /** @type {number} */ at) => (value === null ? null : /** @type {[number, number]} */ ([x(at), y(clamp(value))]));
  const points = (/** @type {(number | null)[]} */ values) => /** @type {[number, number][]} */ (values.map(point).filter(Boolean));
  const last = lines.map(({ name, values }) => ({ text: name, y: points(values).at(-1)?.[1] ?? BOX.bottom }));
  const labels = spread(last, 15, BOX.bottom);
  const marks = days.length < 2 ? [0] : [...new Set((width < 480 ? [0, 3] : [0, 1, 2, 3]).map((part) => Math.round(((days.length - 1) * part) / 3)))];
  return html`<figure ref=${element} class="figure"><svg class="chart" viewBox=${`0 0 ${width} 210`} role="img" aria-label=${label}>
    ${ticks(low, high, 5).map((value) => html`<line class=${zero && value === 0 ? "zero" : "grid"} x1=${BOX.left} x2=${BOX.right} y1=${y(value)} y2=${y(value)} /><text x=${BOX.left - 8} y=${y(value) + 4} text-anchor="end">${tick(value)}</text>`)}
    ${marks.map((at) => html`<text x=${x(at)} y="204" text-anchor="middle">${dayText(days[at])}</text>`)}
    ${lines.map(({ bands, place }) => {
      const known = (bands ?? []).map((band, at) => ({ band, at })).filter(({ band }) => band);
      return known.length > 1 && html`<path class=${`band v${place}`} d=${bandPath(known.map(({ band, at }) => /** @type {any} */ (point(/** @type {any} */ (band)[1], at))), known.map(({ band, at }) => /** @type {any} */ (point(/** @type {any} */ (band)[0], at))))} />`;
    })}
    ${lines.map(({ values, place }) => html`<path class=${`line v${place}`} d=${linePath(points(values))} />`)}
    ${points(lines[0]?.values ?? []).length === 1 && lines.map(({ values, place }) => points(values).map(([cx, cy]) => html`<circle class=${`v${place}`} cx=${cx} cy=${cy} r="3" />`))}
    ${labels.map(({ text: name, y: at }, index) => html`<text class=${`lb v${lines[index].place}`} x=${BOX.right + 8} y=${at + 4}>${name.length > 16 ? `${name.slice(0, 15)}…` : name}</text>`)}</svg>
    <details><summary class="small">The same as a table</summary><div class="scroll" tabindex="0"><table class="list"><thead><tr><th scope="col">Day</th>${lines.map(({ name }) => html`<th scope="col" class="r">${name}</th>`)}</tr></thead>
      <tbody>${days.map((day, at) => html`<tr><th scope="row">${dayText(day)}</th>${lines.map(({ values, bands }) => html`<td class="r num">${values[at] === null || values[at] === undefined ? "–" : text(/** @type {number} */ (values[at]))}${
        bands?.[at] ? html`<span class="small"> ${text(/** @type {any} */ (bands[at])[0])} to ${text(/** @type {any} */ (bands[at])[1])}</span>` : ""}</td>`)}</tr>`)}</tbody></table></div></details></figure>`;
}
