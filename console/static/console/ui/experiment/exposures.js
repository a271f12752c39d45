// Who was exposed to which variant, day by day.
import { html } from "../../html.js";
import { count, percentText, pText } from "../../domain/format.js";
import { sourceText } from "../../domain/metric_text.js";
import { variantsOf } from "../../domain/status.js";
import { exposedPeople, isAside, isHeldOut, isSplitOff } from "../../domain/exposures.js";
import { Curl } from "../copy.js";
import { VariantKey } from "../flag/serve.js";
import { Icon } from "../icon.js";
import { LineChart } from "../line_chart.js";
import { Empty, Loaded } from "../states.js";
import { useRead } from "../use_read.js";
import { NoExposure } from "./no_exposure.js";
import { useChosen } from "./use_chosen.js";
import { resultsPath, usePlanned } from "./use_results.js";

/** @param {{ experiment: Experiment }} props */
export default function Exposures({ experiment }) {
  const path = resultsPath(experiment);
  const reading = useRead(experiment.start_date ? path : null);
  const planned = usePlanned(experiment);
  if (!experiment.start_date) return html`<${Empty} title="Not started" icon="chart"><p>Exposures are counted from the launch on.</p></${Empty}>`;
  if (!reading.data) return html`<${Loaded} reading=${reading} what="result" rows=${8} />`;
  const data = planned ?? reading.data.exposures;
  if (!exposedPeople(data)) return html`<${NoExposure} experiment=${experiment} />`;
  return html`<div class="stack"><section class="panel"><header><h2>Exposed people, cumulative</h2><${Curl} path=${path} /></header>
      <div class="inside"><${Chart} data=${data} experiment=${experiment} /></div></section>
    <section class="panel"><header><h2>Split between variants</h2></header><${Split} data=${data} experiment=${experiment} />
      <p class="inside-text small">${criteriaText(experiment)}</p></section></div>`;
}

/** @param {Experiment} experiment @param {string} key */
function placeOf(experiment, key) {
  const at = variantsOf(experiment).findIndex((one) => one.key === key);
  return at < 0 ? 0 : (at % 6) + 1;
}

/** @param {{ data: any, experiment: Experiment }} props */
function Chart({ data, experiment }) {
  const days = [...new Set(data.timeseries.flatMap((/** @type {any} */ one) => one.days))].sort();
  const names = /** @type {string[]} */ (data.timeseries.map((/** @type {any} */ one) => one.variant));
  const { chosen, boxes } = useChosen(names.filter((name) => !isAside(name)));
  const lines = data.timeseries.filter((/** @type {any} */ { variant }) => isAside(variant) || chosen.includes(variant)).map((/** @type {any} */ one) => {
    const known = new Map(one.days.map((/** @type {string} */ day, /** @type {number} */ at) => [day, one.exposure_counts[at]]));
    return { name: one.variant === "$multiple" ? "several variants" : one.variant, place: boxes ? chosen.indexOf(one.variant) + 1 : placeOf(experiment, one.variant), values: days.map((day) => known.get(day) ?? null) };
  });
  return html`${boxes}<${LineChart} days=${days} lines=${lines} text=${count} label="Exposed people by day and variant" />`;
}

/** @param {{ data: any, experiment: Experiment }} props */
function Split({ data, experiment }) {
  const all = exposedPeople(data);
  const expected = data.sample_ratio_mismatch?.expected ?? {};
  const rows = Object.entries(data.total_exposures).sort(([a], [b]) => Number(a === "$multiple") - Number(b === "$multiple"));
  return html`<table class="list"><thead><tr><th scope="col">Variant</th><th scope="col" class="r">Counted</th><th scope="col" class="r">Expected</th><th scope="col" class="r">Share</th></tr></thead><tbody>
    ${rows.map(([key, people]) => key === "$multiple"
      ? html`<tr key=${key}><td class="quiet">several variants, ${experiment.exposure_criteria?.multiple_variant_handling === "first_seen" ? "the first counts" : "left out of metrics"}</td><td class="r num">${count(Number(people))}</td><td class="r">–</td><td class="r num">${percentText(Number(people) / (all + Number(people)))}</td></tr>`
      : html`<tr key=${key} class=${isHeldOut(key) ? "apart" : ""}><td><${VariantKey} at=${placeOf(experiment, key) - 1}>${key}</${VariantKey}></td><td class="r num">${count(Number(people))}</td><td class="r num">${expected[key] === undefined ? "–" : count(expected[key])}</td><td class="r num">${percentText(Number(people) / all)}</td></tr>`)}</tbody></table>
    ${data.sample_ratio_mismatch && html`<p class="inside-text">${isSplitOff(data)
      ? html`<span class="alert"><${Icon} name="alert" />The split is off, p ${pText(data.sample_ratio_mismatch.p_value)}. Do not trust the results before the cause is found.</span>`
      : html`<span class="ok"><${Icon} name="check" />As planned, p = ${pText(data.sample_ratio_mismatch.p_value)}</span>`}</p>`}`;
}

/** @param {Experiment} experiment */
function criteriaText(experiment) {
  const criteria = experiment.exposure_criteria ?? {};
  return `Counted at the first ${criteria.exposure_config ? sourceText(criteria.exposure_config) : "$feature_flag_called"} after the start. Test accounts are ${criteria.filterTestAccounts === false ? "counted too" : "left out"}.`;
}
