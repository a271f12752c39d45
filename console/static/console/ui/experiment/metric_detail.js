// One metric opened: its change day by day, what was counted, and ways to take it along.
import { html, useEffect, useState } from "../../html.js";
import { P, mayEdit } from "../../session.js";
import { amount, chanceText, percentText, plural } from "../../domain/format.js";
import { isHeldOut } from "../../domain/exposures.js";
import { intervalOf, isAbsolute, writerOf } from "../../domain/reading.js";
import { sourceText, windowText } from "../../domain/metric_text.js";
import { metricQuery } from "../../domain/queries.js";
import { variantsOf } from "../../domain/status.js";
import { change } from "../../api.js";
import { copy, showCurl } from "../copy.js";
import { LineChart } from "../line_chart.js";
import { tell } from "../toast.js";
import { useRead } from "../use_read.js";
import { markdownOf } from "./export.js";
import { shortChange } from "./plot.js";
import { useChosen } from "./use_chosen.js";
import { isActive } from "./use_results.js";

/** @param {{ metric: any, experiment: Experiment, result: any, estimates: Record<string, any>, isOff: boolean }} props */
export function MetricDetail({ metric, experiment, result, estimates, isOff }) {
  const query = { query: metricQuery(experiment, metric), refresh: "blocking" };
  const { chosen, boxes } = useChosen(result.variant_results.map((/** @type {any} */ { key }) => key).filter((/** @type {string} */ key) => !isHeldOut(key)));
  const sides = [result.baseline, ...result.variant_results.filter((/** @type {any} */ { key }) => chosen.includes(key))];
  return html`${boxes}<div class=${`detail ${sides.length > 4 ? "one" : ""}`}><div><h3>Change against ${result.baseline.key}, day by day</h3><${Days} metric=${metric} experiment=${experiment} baseline=${result.baseline.key} keys=${chosen} isChosen=${Boolean(boxes)} /></div>
    <div><h3>What was counted</h3><${Counted} metric=${metric} sides=${sides} estimates=${estimates} isAbsolute=${isAbsolute(experiment)} />
      <p class="small">${ruleText(metric, experiment)}</p>
      <p><button type="button" class="link" onClick=${() => copy(markdownOf(experiment, [metric], { [metric.uuid]: { result } }, isOff), "Copied as Markdown")}>Copy as Markdown</button> ·
        ${" "}<button type="button" class="link" onClick=${() => showCurl("POST", P("query/"), query)}>The request as curl</button></p></div></div>`;
}

/** @param {{ metric: any, experiment: Experiment, baseline: string, keys: string[], isChosen: boolean }} props */
function Days({ metric, experiment, baseline, keys, isChosen }) {
  const asked = new URLSearchParams({ metric_uuid: metric.uuid ?? "", fingerprint: metric.fingerprint ?? "" });
  const [every, setEvery] = useState(0);
  const reading = useRead(P(`experiments/${experiment.id}/timeseries_results/?${asked}`), every);
  useEffect(() => setEvery(isActive({ status: reading.data?.recalculation_status }) ? 5 : 0), [reading.data]);
  if (!reading.data) return html`<p class="small">${reading.error?.message ?? "Loading…"}</p>`;
  const days = Object.keys(reading.data.timeseries ?? {}).sort();
  const known = days.filter((day) => reading.data.timeseries[day]);
  const { metric: document } = metricQuery(experiment, metric);
  const calculate = () => tell(() => change("POST", P(`experiments/${experiment.id}/recalculate_timeseries/`), { metric: document, fingerprint: metric.fingerprint }), "Calculating the days.", reading.reload);
  if (!known.length) return html`<p class="small">No day has been calculated yet; each appears after its night.</p>${mayEdit(experiment) && html`<p><button type="button" class="small-one" onClick=${calculate}>Calculate them now</button></p>`}`;
  const order = variantsOf(experiment).map(({ key }) => key);
  const lines = keys.map((key, at) => {
    const bands = days.map((day) => intervalOf((reading.data.timeseries[day]?.variant_results ?? []).find((/** @type {any} */ one) => one.key === key)));
    return { name: key, place: ((isChosen ? at : Math.max(0, order.indexOf(key))) % 6) + 1, bands, values: bands.map((band) => (band ? (band[0] + band[1]) / 2 : null)) };
  });
  const text = writerOf(isAbsolute(experiment), metric);
  return html`<${LineChart} days=${days.map((day) => day.slice(0, 10))} lines=${lines} text=${text} tick=${isAbsolute(experiment) ? text : shortChange} zero limit=${isAbsolute(experiment) ? undefined : 1} label=${`Change against ${baseline} by day, with intervals`} />`;
}

/** @param {{ metric: any, sides: any[], estimates: Record<string, any>, isAbsolute: boolean }} props */
function Counted({ metric, sides, estimates, isAbsolute }) {
  const rows = countedRows(metric, sides);
  return html`<table class="counted"><thead><tr><th scope="col"><span class="sr">What</span></th>${sides.map(({ key }) => html`<th scope="col" class="r clip" title=${key}>${key}</th>`)}</tr></thead>
    <tbody>${rows.map(([name, values]) => html`<tr key=${name}><th scope="row">${name}</th>${/** @type {any[]} */ (values).map((value) => html`<td class="r num">${amount(value)}</td>`)}</tr>`)}
      ${estimateRows(metric, isAbsolute).map(([name, field, text]) => sides.some(({ key }) => estimates[key]?.[field] != null) && html`<tr key=${field}><th scope="row">${name}</th>${sides.map(({ key }) => html`<td class="r num">${estimates[key]?.[field] == null ? "–" : text(estimates[key][field])}</td>`)}</tr>`)}</tbody></table>`;
}

/** What the server estimates of each variant. @param {any} metric @param {boolean} isAbsolute @returns {[string, string, (value: number) => string][]} */
function estimateRows(metric, isAbsolute) {
  const size = (/** @type {number} */ value) => (isAbsolute ? writerOf(true, metric)(value).replace("+", "") : percentText(value, 1));
  return [["Chance to be best", "chance_to_be_best", (value) => chanceText(value, false)], ["Expected loss", "expected_loss", size], ["Difference it can find", "detectable_effect", size]];
}

/** @param {any} metric @param {any[]} sides @returns {[string, any[]][]} */
function countedRows(metric, sides) {
  const of = (/** @type {string} */ field) => sides.map((side) => side[field]);
  if (metric.metric_type === "funnel" && sides[0].step_counts) {
    return [["Exposed", of("number_of_samples")], ...metric.series.map((/** @type {any} */ step, /** @type {number} */ at) => [sourceText(step), sides.map((side) => side.step_counts?.[at])])];
  }
  if (metric.metric_type === "retention") return [["Started", of("number_of_samples")], ["Came back", of("sum")]];
  if (metric.metric_type === "ratio") return [["People", of("number_of_samples")], [sourceText(metric.numerator), of("sum")], [sourceText(metric.denominator), of("denominator_sum")]];
  return [["People", of("number_of_samples")], [`Sum of ${sourceText(metric.source)}`, of("sum")]];
}

/** @param {any} metric @param {Experiment} experiment */
function ruleText(metric, experiment) {
  const several = experiment.exposure_criteria?.multiple_variant_handling === "first_seen" ? "Who saw several variants counts for the first." : "People who saw several variants are left out.";
  return `Each person counts once, from the first exposure${windowText(metric) ? `, for ${plural(metric.conversion_window, metric.conversion_window_unit)}` : ""}. ${several}`;
}
