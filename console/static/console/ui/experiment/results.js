// The results of an experiment: the verdict, what it rests on, and every metric.
import { html } from "../../html.js";
import { metricsOf } from "../../domain/status.js";
import { intervalOf, reading } from "../../domain/reading.js";
import { radiusOf } from "../../domain/scale.js";
import { verdict } from "../../domain/verdict.js";
import { Icon } from "../icon.js";
import { Checklist } from "./checklist.js";
import { Conclusion } from "./conclusion.js";
import { exportItems } from "./export.js";
import { Facts } from "./facts.js";
import { Legend, MetricTable } from "./metric_table.js";
import { NoExposure } from "./no_exposure.js";
import { idOf, useResults } from "./use_results.js";
import { VerdictBox } from "./verdict_box.js";

/** @param {{ experiment: any, etag: string | null, reload: () => void }} props */
export default function Results(props) {
  return props.experiment.start_date ? html`<${Started} ...${props} />` : html`<${Checklist} experiment=${props.experiment} />`;
}

/** @param {{ experiment: any, etag: string | null, reload: () => void }} props */
function Started({ experiment, etag, reload }) {
  const results = useResults(experiment);
  const primary = metricsOf(experiment, "primary");
  const secondary = metricsOf(experiment, "secondary");
  const rows = primary.flatMap((metric) => rowsOf(metric, results.answers[idOf(metric)]?.result));
  const missing = primary.filter((metric) => !results.answers[idOf(metric)]?.result).length;
  const intervals = [...primary, ...secondary].flatMap((metric) => intervalsOf(results.answers[idOf(metric)]?.result));
  const radius = radiusOf(intervals);
  const isFirst = results.isBusy && !results.exposures;
  const said = verdict(experiment, results.exposures, rows, missing, Date.now());
  const shared = { experiment, results, radius, isAbsolute: isAbsolute(experiment) };
  return html`<div class="stack">
    ${!results.isServed && html`<p class="notice"><${Icon} name="info" /><span>This server does not compute results yet. Events and exposures are stored; the metrics below say what will be counted.</span></p>`}
    ${results.isServed && !isFirst && html`<${VerdictBox} said=${said} experiment=${experiment} etag=${etag} reload=${reload} rows=${rows} />`}
    ${experiment.end_date && html`<${Conclusion} experiment=${experiment} etag=${etag} reload=${reload} />`}
    ${results.isServed && html`<${Facts} experiment=${experiment} results=${results} />`}
    ${results.exposures && !people(results.exposures) && html`<${NoExposure} experiment=${experiment} />`}
    <${MetricTable} title="Primary metrics" beside=${`${rows.length} comparisons; each reading stands for itself`} metrics=${primary} items=${exportItems({ ...shared, metrics: [...primary, ...secondary] })} ...${shared} />
    ${secondary.length > 0 && html`<${MetricTable} title="Secondary metrics" beside="same scale as above" metrics=${secondary} ...${shared} />`}
    <${Legend} />
  </div>`;
}

/** @param {any} exposures */
const people = (exposures) => Object.values(exposures.total_exposures ?? {}).some((count) => Number(count) > 0);

/** @param {any} experiment */
export function isAbsolute(experiment) {
  const config = experiment.stats_config ?? {};
  const kind = (config.method === "frequentist" ? config.frequentist : config.bayesian)?.difference_type ?? config.difference_type;
  return kind === "ABSOLUTE";
}

/** @param {any} result @returns {[number, number][]} */
const intervalsOf = (result) => (result?.variant_results ?? []).map(intervalOf).filter(Boolean);

/** @param {any} metric @param {any} result @returns {any[]} */
const rowsOf = (metric, result) =>
  (result?.variant_results ?? []).filter((/** @type {any} */ one) => !one.key.startsWith("holdout-")).map((/** @type {any} */ one) => ({ metric, variant: one.key, reading: reading(metric, result.baseline, one) }));
