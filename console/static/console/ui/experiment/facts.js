// What the verdict rests on: people, split, plan, age of the numbers.
import { html } from "../../html.js";
import { timeZone } from "../../session.js";
import { clockText, count, dateText, percentText, plural, pText } from "../../domain/format.js";
import { exposedPeople, expectedShares, isAside, isSplitOff } from "../../domain/exposures.js";
import { planOf } from "../../domain/status.js";
import { Icon } from "../icon.js";

/** @param {{ experiment: Experiment, results: import("./use_results.js").Results }} props */
export function Facts({ experiment, results }) {
  const { exposures } = results;
  const people = exposedPeople(exposures);
  return html`<dl class="facts">
    <div><dt>Exposed people</dt><dd class="big num">${exposures ? count(people) : "–"}</dd><dd class="small num">${exposures && paceText(exposures)}</dd></div>
    <div><dt>Split between variants</dt><${Split} exposures=${exposures} /></div>
    <${Plan} experiment=${experiment} people=${people} />
    <${Age} results=${results} experiment=${experiment} />
  </dl>${notes(exposures)}`;
}

/** People a day over the last week. @param {any} exposures */
function paceText(exposures) {
  const series = (exposures.timeseries ?? []).filter((/** @type {any} */ one) => !isAside(one.variant));
  const days = Math.min(7, Math.max(0, ...series.map((/** @type {any} */ one) => one.exposure_counts.length - 1)));
  if (!days) return "";
  const gained = series.reduce((/** @type {number} */ sum, /** @type {any} */ { exposure_counts: counts }) => sum + (counts.at(-1) - (counts.at(-1 - days) ?? 0)), 0);
  return `+${count(gained / days)} a day over the last ${days === 7 ? "week" : plural(days, "day")}`;
}

/** @param {{ exposures: any }} props */
function Split({ exposures }) {
  const check = exposures?.sample_ratio_mismatch;
  if (!check) return html`<dd class="big quiet">not checked yet</dd><dd class="small">from 100 people on</dd>`;
  return isSplitOff(exposures)
    ? html`<dd class="big"><span class="alert"><${Icon} name="alert" />off</span></dd><dd class="small num">${expectedText(exposures)}, p ${pText(check.p_value)}</dd>`
    : html`<dd class="big"><span class="ok"><${Icon} name="check" />as planned</span></dd><dd class="small num">${expectedShares(exposures)} expected, p = ${pText(check.p_value)}</dd>`;
}

/** @param {any} exposures */
const expectedText = (exposures) =>
  Object.entries(exposures.sample_ratio_mismatch.expected).map(([key, wanted]) => `${key} ${count(exposures.total_exposures[key] ?? 0)} of ${count(Number(wanted))}`).join(", ");

/** @param {{ experiment: Experiment, people: number }} props */
function Plan({ experiment, people }) {
  const wanted = planOf(experiment).people;
  if (!wanted) return html`<div><dt>Planned sample</dt><dd class="big quiet">no plan</dd><dd class="small">Without one nobody knows when to stop.</dd></div>`;
  const done = Math.min(1, people / wanted);
  return html`<div><dt>Planned sample</dt><dd class="big num">${percentText(people / wanted, 0)}</dd><dd><progress value=${done * 100} max="100" aria-label="Planned sample"></progress></dd><dd class="small num">of ${count(wanted)} people</dd></div>`;
}

/** How old the numbers are, and how far the run is that renews them. @param {{ results: import("./use_results.js").Results, experiment: Experiment }} props */
function Age({ results, experiment }) {
  const { progress } = results;
  // Whatever comes after the end is not counted.
  const at = [results.at, experiment.end_date].filter(Boolean).sort((a, b) => Date.parse(a) - Date.parse(b))[0];
  const answers = Object.values(results.answers);
  const failed = answers.filter(({ status }) => status === "failed").length;
  const isToday = dateText(at, timeZone.value) === dateText(new Date().toISOString(), timeZone.value);
  return html`<div><dt>Data until</dt><dd class="big num">${at ? html`${clockText(at, timeZone.value)} <span class="small">${isToday ? "today" : dateText(at, timeZone.value)}</span>` : "–"}</dd>
    <dd class="small" aria-live="polite">${progress
      ? html`${progress.done} of ${plural(progress.total, "metric")}, ${progress.seconds} s<progress value=${progress.done} max=${progress.total} aria-label="Calculating"></progress>`
      : html`${plural(answers.length, "metric")}${failed ? `, ${failed} failed` : ""} · <button type="button" class="link" onClick=${results.recalculate}>Recalculate</button>`}${experiment.end_date ? " · frozen at the end" : ""}</dd></div>`;
}

/** @param {any} exposures */
function notes(exposures) {
  const several = Number(exposures?.total_exposures?.$multiple ?? 0);
  const all = several + exposedPeople(exposures);
  const isMany = all > 0 && several / all > 0.005;
  return html`${isMany && html`<p class="notice warn"><${Icon} name="alert" /><span>${plural(several, "person", "people")} (${percentText(several / all)}) saw several variants and are left out of the metrics. Two ids for one person, or a change of shares, are the usual causes.</span></p>`}
    ${exposures?.bias_risk && html`<p class="notice warn"><${Icon} name="alert" /><span>Leaving out people who saw several variants favours the larger variant here, because the split is uneven.</span></p>`}`;
}
