// The results of an experiment: the verdict, what it rests on, and every metric.
import { html } from "../../html.js";
import { query, setQuery } from "../../router.js";
import { metricsOf } from "../../domain/status.js";
import { exposedPeople, isSplitOff } from "../../domain/exposures.js";
import { metricName } from "../../domain/metric_text.js";
import { clearest, intervalOf, isAbsolute, rankOf } from "../../domain/reading.js";
import { radiusOf } from "../../domain/scale.js";
import { plural } from "../../domain/format.js";
import { Select } from "../field.js";
import { Search } from "../list_page.js";
import { Loaded, Stale } from "../states.js";
import { UnseenEvents } from "../unseen.js";
import { Checklist } from "./checklist.js";
import { Conclusion } from "./conclusion.js";
import { exportItems } from "./export.js";
import { Facts } from "./facts.js";
import { Legend, MetricTable } from "./metric_table.js";
import { NoExposure } from "./no_exposure.js";
import { idOf, useResults } from "./use_results.js";
import { VerdictBox } from "./verdict_box.js";

/** @param {{ experiment: Experiment, etag: string | null, reload: () => void }} props */
export default function Results(props) {
  return props.experiment.start_date ? html`<${Started} ...${props} />` : html`<${Checklist} experiment=${props.experiment} />`;
}

/** @param {{ experiment: Experiment, etag: string | null, reload: () => void }} props */
function Started({ experiment, etag, reload }) {
  const results = useResults(experiment);
  const { overview, reading } = results;
  if (!overview) return html`<${Loaded} reading=${reading} what="result" rows=${9} tall />`;
  const [primary, secondary] = [metricsOf(experiment, "primary"), metricsOf(experiment, "secondary")];
  const found = [...primary, ...secondary].map((metric) => results.answers[idOf(metric)]?.result);
  const shared = { experiment, results, etag, reload, radius: radiusOf(found.flatMap(intervalsOf)), isAbsolute: isAbsolute(experiment), isOff: isSplitOff(results.exposures) };
  const metrics = { metrics: [...primary, ...secondary], ...shared };
  const chosen = (/** @type {any[]} */ all) => chosenOf(all, results.answers, shared.isOff);
  return html`<div class="stack"><${Stale} reading=${reading} />
    ${overview.verdict && html`<${VerdictBox} verdict=${overview.verdict} experiment=${experiment} etag=${etag} reload=${reload} />`}
    ${experiment.end_date && html`<${Conclusion} experiment=${experiment} etag=${etag} reload=${reload} />`}
    <${Facts} experiment=${experiment} results=${results} />
    ${!exposedPeople(results.exposures) && html`<${NoExposure} experiment=${experiment} />`}
    <${UnseenEvents} names=${overview.metrics.flatMap((/** @type {any} */ one) => one.unseen_events ?? [])} />
    ${found.length > MANY && html`<div class="toolbar"><${Search} label="Search metrics" /><${Select} class="auto" aria-label="Order" value=${query.value.get("sort")} choices=${ORDERS} onChange=${(/** @type {string} */ sort) => setQuery({ sort: sort || null })} /></div>`}
    <${MetricTable} title="Primary metrics" type="primary" beside=${comparisonsText(experiment, overview.verdict)} metrics=${chosen(primary)} items=${exportItems(metrics)} ...${shared} />
    ${secondary.length > 0 && html`<${MetricTable} title="Secondary metrics" type="secondary" beside="same scale as above" metrics=${chosen(secondary)} ...${shared} />`}
    <${Legend} />
  </div>`;
}

// So many that they are searched and sorted; both live in the address.
const MANY = 8;
const ORDERS = [["", "In their own order"], ["reading", "By reading"], ["change", "By change"]];

/** @param {any[]} metrics @param {Record<string, any>} answers @param {boolean} isOff */
function chosenOf(metrics, answers, isOff) {
  const [searched, order] = [(query.value.get("search") ?? "").toLowerCase(), query.value.get("sort")];
  const found = metrics.filter((metric) => metricName(metric).toLowerCase().includes(searched));
  if (!order) return found;
  const said = new Map(found.map((metric) => [metric, clearest(metric, answers[idOf(metric)]?.result, isOff)]));
  const place = (/** @type {any} */ metric) => (order === "change" ? -Math.abs(said.get(metric)?.middle ?? 0) : rankOf(said.get(metric)));
  return found.sort((a, b) => place(a) - place(b));
}

/** @param {Experiment} experiment @param {any} verdict */
function comparisonsText(experiment, verdict) {
  const many = verdict?.comparisons ?? 0;
  if (!many) return "";
  const isCorrected = ![undefined, null, "none"].includes(experiment.stats_config?.multiple_comparisons);
  return `${plural(many, "comparison")}; ${isCorrected ? "corrected together" : many > 1 ? "each reading stands for itself" : "it stands for itself"}`;
}

/** @param {any} result @returns {[number, number][]} */
const intervalsOf = (result) => (result?.variant_results ?? []).map(intervalOf).filter(Boolean);
