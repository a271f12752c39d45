// Metrics and what each variant did to them.
import { html, useState } from "../../html.js";
import { query, setQuery } from "../../router.js";
import { mayEdit } from "../../session.js";
import { amount, chanceText, count, intervalText, meanText, percentText, pText } from "../../domain/format.js";
import { countedText, isDecrease, metricName, metricText } from "../../domain/metric_text.js";
import { isHeldOut } from "../../domain/exposures.js";
import { arrowOf, capital, distrusted, intervalOf, isProportion, reading, valueOf, writerOf } from "../../domain/reading.js";
import { EDGE, roundRadius } from "../../domain/scale.js";
import { variantsOf } from "../../domain/status.js";
import { VariantKey } from "../flag/serve.js";
import { Icon } from "../icon.js";
import { Menu } from "../menu.js";
import { MetricDetail } from "./metric_detail.js";
import { Axis, Plot } from "./plot.js";
import { idOf } from "./use_results.js";

const MOST = 6;

/** @param {any} props */
export function MetricTable({ title, type, beside, metrics, items, ...shared }) {
  const id = `${type}-metrics`;
  const { experiment, radius, isAbsolute } = shared;
  const add = async () => (await import("./metrics.js")).addMetric(shared, type);
  return html`<section class="results" aria-labelledby=${id}><header><h2 id=${id}>${title}</h2><span class="small">${beside}</span>
      ${items && html`<${Menu} label="Export" items=${items} align="end">Export</${Menu}>`}${mayEdit(experiment) && html`<button type="button" class="bare" onClick=${add}>Add metric</button>`}</header>
    ${metrics.length ? html`<table><colgroup><col class="c-metric" /><col class="c-variant" /><col class="c-value" /><col class="c-change" /><col /><col class="c-reading" /></colgroup>
      <thead><tr><th scope="col">Metric</th><th scope="col">Variant</th><th scope="col" class="r">Value</th><th scope="col" class="r">Change</th>
        <th scope="col" class="plot">${isAbsolute ? html`<span class="small">absolute, each its own scale</span>` : html`<${Axis} radius=${radius} />`}</th><th scope="col" class="r">Reading</th></tr></thead>
      ${metrics.map((/** @type {any} */ metric) => html`<${MetricRows} key=${idOf(metric)} metric=${metric} ...${shared} />`)}</table>`
      : html`<p class="inside-text quiet">No metric here.</p>`}</section>`;
}

/** Whether a metric is named in a list that the address keeps, and a way to change that. @param {string} name @param {any} metric @returns {[boolean, () => void]} */
function useNamed(name, metric) {
  const named = (query.value.get(name) ?? "").split(",").filter(Boolean);
  const isNamed = named.includes(String(metric.uuid));
  return [isNamed, () => setQuery({ [name]: (isNamed ? named.filter((one) => one !== metric.uuid) : [...named, metric.uuid]).join(",") || null })];
}

/** @param {any} props */
function MetricRows({ metric, experiment, results, radius, isAbsolute, isOff }) {
  const [showAll, setShowAll] = useState(false);
  const [isOpen, toggle] = useNamed("open", metric);
  const [isFitted, fit] = useNamed("fit", metric);
  const answer = results.answers[idOf(metric)];
  const result = answer?.result;
  const head = (/** @type {number} */ rows) => html`<${MetricHead} metric=${metric} rows=${rows} isOpen=${isOpen} toggle=${result ? toggle : null} />`;
  if (!result) return html`<tbody><tr>${head(1)}<td class="wide" colspan="5"><${NoAnswer} answer=${answer} retry=${() => results.retry(metric)} /></td></tr></tbody>`;
  const { baseline, variant_results: variants } = result;
  const shown = showAll ? variants : variants.slice(0, MOST);
  const order = variantsOf(experiment).map(({ key }) => key);
  const sides = shown.map((/** @type {any} */ side) => ({ side, at: order.indexOf(side.key), said: distrusted(reading(metric, baseline, side), isOff) }));
  const intervals = variants.map(intervalOf).filter(Boolean);
  const isWide = !isAbsolute && intervals.flat().some((/** @type {number} */ end) => Math.abs(end) > radius * EDGE);
  const own = isAbsolute || (isWide && isFitted) ? roundRadius(intervals) : radius;
  const hidden = variants.length - shown.length;
  return html`<tbody>
    <tr class="base">${head(1 + shown.length + (hidden ? 1 : 0))}<td class="who"><${VariantKey} at=${order.indexOf(baseline.key)}>${baseline.key}</${VariantKey}></td>
      <${Value} metric=${metric} side=${baseline} /><td class="r small change">baseline</td><td class=${`plot ${isWide && isFitted ? "" : "none"}`}><${Plot} radius=${own} />${isWide && isFitted && html`<${Axis} radius=${own} />`}</td><td class="r reading"><${BaseReading} metric=${metric} baseline=${baseline} /></td></tr>
    ${sides.map((/** @type {any} */ one) => html`<${VariantRow} key=${one.side.key} metric=${metric} baseline=${baseline} radius=${own} isAbsolute=${isAbsolute} fit=${isWide ? fit : null} isFitted=${isFitted} ...${one} />`)}
    ${hidden > 0 && html`<tr><td colspan="5"><button type="button" class="bare" onClick=${() => setShowAll(true)}>Show all ${variants.length}</button></td></tr>`}
    ${isOpen && html`<tr class="open"><td colspan="6"><${MetricDetail} metric=${metric} experiment=${experiment} result=${result} isOff=${isOff} estimates=${results.overview?.metrics.find((/** @type {any} */ one) => one.uuid === metric.uuid)?.estimates ?? {}} /></td></tr>`}</tbody>`;
}

/** @param {{ metric: any, rows: number, isOpen: boolean, toggle: (() => void) | null }} props */
const MetricHead = ({ metric, rows, isOpen, toggle }) => html`<th class="metric" scope="rowgroup" rowspan=${rows}>
  ${toggle ? html`<button type="button" class="name" aria-expanded=${isOpen} onClick=${toggle}><span dir="auto">${metricName(metric)}</span><${Icon} name=${isOpen ? "up" : "down"} /></button>` : html`<b dir="auto">${metricName(metric)}</b>`}
  <span class="small">${metricText(metric)}${metric.savedMetricId ? " · saved metric" : ""}<span class=${isDecrease(metric) ? "goal down" : "goal"}>Goal: ${isDecrease(metric) ? "↓ less" : "↑ more"}</span></span></th>`;

/** @param {{ answer: any, retry: () => void }} props */
const NoAnswer = ({ answer, retry }) => answer?.status === "failed"
  ? html`<span class="alert"><${Icon} name="alert" />${answer.error}</span> <button type="button" class="bare" onClick=${retry}>Try again</button>`
  : html`<span class="wait"><progress aria-label="Calculating"></progress>calculating…</span>`;

/** @param {{ metric: any, side: any }} props */
export function Value({ metric, side }) {
  const value = valueOf(metric, side);
  const people = side.number_of_samples;
  if (value === null) return html`<td class="r num value"><b>–</b><span class="small">${count(people)} people</span></td>`;
  if (isProportion(metric)) {
    const small = people < 50;
    return html`<td class="r num value"><b>${small ? `${count(side.sum)} of ${count(people)}` : percentText(value)}</b>${!small && html`<span class="small">${count(side.sum)} of ${count(people)}</span>`}</td>`;
  }
  const base = metric.metric_type === "ratio" ? `${amount(side.sum)} ÷ ${amount(side.denominator_sum)}` : `${amount(side.sum)} in all`;
  return html`<td class="r num value"><b>${meanText(value)}</b><span class="small">${base}</span></td>`;
}

/** @param {{ metric: any, baseline: any, side: any, said: import("../../domain/reading.js").Reading, at: number, radius: number, isAbsolute: boolean, fit: (() => void) | null, isFitted: boolean }} props */
function VariantRow({ metric, baseline, side, said, at, radius, isAbsolute, fit, isFitted }) {
  const text = writerOf(isAbsolute, metric);
  const plot = html`<${Plot} radius=${radius} reading=${said} text=${text} />`;
  return html`<tr class=${isHeldOut(side.key) ? "apart" : ""}><td class="who"><${VariantKey} at=${at}>${side.key}</${VariantKey}></td><${Value} metric=${metric} side=${side} />
    ${said.interval ? html`<td class="r num change"><span class=${`lift ${said.tone}`}>${arrowOf(said)} ${text(said.middle ?? 0)}</span><span class="small num">${intervalText(said.interval, text)}</span></td>` : html`<td class="r small change">–</td>`}
    <td class=${`plot ${said.interval ? "" : "none"}`}>${fit && said.interval ? html`<button type="button" class="fit" title=${isFitted ? "Back to the common scale" : "A scale of its own"} aria-pressed=${isFitted} onClick=${fit}>${plot}</button>` : plot}</td>
    <td class="r reading"><span class=${`said ${said.tone}`}><b>${capital(said.word)}</b><span class="small num">${underText(metric, said, baseline, side)}</span></span></td></tr>`;
}

/** What stands below the word. @param {any} metric @param {any} said @param {any} baseline @param {any} side */
export function underText(metric, said, baseline, side) {
  if (said.failures.length) return failureText(said.failures[0], metric, baseline, side);
  if (!said.interval) return "no reason given";
  return said.chance !== null ? `${chanceText(said.chance, isDecrease(metric))} chance to win` : `p = ${pText(said.p)}`.replace("= <", "<");
}

/** @param {string} failure @param {any} metric @param {any} baseline @param {any} side */
function failureText(failure, metric, baseline, side) {
  const own = (side.validation_failures ?? []).includes(failure);
  const least = own ? side : baseline;
  const where = own ? "" : ` in ${baseline.key}`;
  if (failure === "not-enough-exposures") return `${count(least.number_of_samples)} of 50 people${where}`;
  if (failure === "not-enough-metric-data") return `${count(least.sum)} of 5 conversions${where}`;
  if (failure === "baseline-mean-is-zero") return `${baseline.key} has no ${countedText(metric)} yet`;
  return failure.replaceAll("-", " ");
}

/** @param {{ metric: any, baseline: any }} props */
const BaseReading = ({ metric, baseline }) =>
  baseline.validation_failures?.length ? html`<span class="said none"><b>Not enough data</b><span class="small num">${failureText(baseline.validation_failures[0], metric, baseline, baseline)}</span></span>` : "";

export const Legend = () => html`<div class="small legend-line"><span class="legend"><svg viewBox="0 0 34 12" aria-hidden="true"><rect class="bar good" x="1" y="1" width="32" height="10" rx="2" /></svg>interval is on the good side of 0</span>
  <span class="legend"><svg viewBox="0 0 34 12" aria-hidden="true"><rect class="bar bad" x="1" y="1" width="32" height="10" rx="2" /></svg>on the bad side</span>
  <span class="legend"><svg viewBox="0 0 34 12" aria-hidden="true"><rect class="bar" x="1" y="1" width="32" height="10" rx="2" /></svg>contains 0</span>
  <span class="legend"><svg class="tip" viewBox="0 0 10 12" aria-hidden="true"><path class="off" d="M9 1 1 6l8 5z" /></svg>goes on beyond the scale</span></div>`;
