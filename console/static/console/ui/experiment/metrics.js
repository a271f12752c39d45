// The metrics of an experiment: what each counts, their order, and how to add or take away.
import { html } from "../../html.js";
import { P, page } from "../../session.js";
import { metricsOf } from "../../domain/status.js";
import { isDecrease, metricName, metricText } from "../../domain/metric_text.js";
import { showCurl } from "../curl.js";
import { Icon } from "../icon.js";
import { Menu } from "../menu.js";
import { patch } from "../merge.js";
import { editMetric } from "../metric_dialog.js";
import { say } from "../toast.js";
import { mayEdit } from "./head.js";

/** @typedef {"primary" | "secondary"} Type */
const FIELD = { primary: "metrics", secondary: "metrics_secondary" };
const ORDER = { primary: "primary_metrics_ordered_uuids", secondary: "secondary_metrics_ordered_uuids" };

/** @param {{ experiment: any, etag: string | null, reload: () => void }} props */
export default function Metrics({ experiment, etag, reload }) {
  const save = async (/** @type {any} */ changes, /** @type {string} */ done) => {
    try {
      const now = await patch(P(`experiments/${experiment.id}/`), changes, { etag, before: experiment });
      if (now) say(done);
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
    reload();
  };
  return html`<div class="stack">${/** @type {Type[]} */ (["primary", "secondary"]).map((type) => html`
    <${Section} key=${type} type=${type} experiment=${experiment} save=${save} />`)}</div>`;
}

/** @param {any} experiment */
const links = (experiment) => experiment.saved_metrics.map((/** @type {any} */ link) => ({ id: link.saved_metric, metadata: link.metadata }));

/** @param {{ type: Type, experiment: any, save: (changes: any, done: string) => void }} props */
function Section({ type, experiment, save }) {
  const metrics = metricsOf(experiment, type);
  const may = mayEdit(experiment);
  const add = async () => {
    const made = await editMetric({ title: `Add a ${type} metric`, canUseSaved: true, excluded: experiment.saved_metrics.map((/** @type {any} */ link) => link.saved_metric) });
    if (!made) return;
    if (made.savedMetricId) save({ saved_metrics_ids: [...links(experiment), { id: made.savedMetricId, metadata: { type } }] }, "Metric added.");
    else save({ [FIELD[type]]: [...experiment[FIELD[type]], made.metric] }, "Metric added.");
  };
  const move = (/** @type {number} */ from, /** @type {number} */ by) => {
    const uuids = metrics.map(({ uuid }) => uuid);
    const [one] = uuids.splice(from, 1);
    uuids.splice(from + by, 0, one);
    save({ [ORDER[type]]: uuids }, "Order saved.");
  };
  return html`<section class="panel"><header><h2>${type === "primary" ? "Primary metrics" : "Secondary metrics"}</h2>
      <span class="small">${type === "primary" ? "what the decision rests on" : "what else to look at"}</span>
      ${may && html`<button type="button" onClick=${add}><${Icon} name="plus" />Add metric</button>`}</header>
    ${metrics.length ? html`<table class="list"><thead><tr><th scope="col" class="wide">Metric</th><th scope="col">Goal</th><th scope="col">Kind</th><th scope="col"><span class="sr">Actions</span></th></tr></thead>
      <tbody>${metrics.map((metric, index) => html`<tr key=${metric.uuid}>
        <td class="wide"><b dir="auto">${metricName(metric)}</b><span class="small block-text">${metricText(metric)}</span></td>
        <td><span class=${isDecrease(metric) ? "goal down" : "goal"}>${isDecrease(metric) ? "↓ less" : "↑ more"}</span></td>
        <td>${metric.savedMetricId ? html`<a href=${page(`saved_metrics/${metric.savedMetricId}`)}>saved metric</a>` : html`<span class="quiet">${metric.metric_type}</span>`}</td>
        <td class="r"><${Menu} label=${`Actions for ${metricName(metric)}`} items=${actions({ metric, index, metrics, type, experiment, save, move, may })} /></td></tr>`)}</tbody></table>`
      : html`<p class="inside small">No ${type} metric.</p>`}</section>`;
}

/** @param {any} context */
function actions({ metric, index, metrics, type, experiment, save, move, may }) {
  const field = FIELD[/** @type {Type} */ (type)];
  const others = (/** @type {any} */ list) => list.filter((/** @type {any} */ one) => one.uuid !== metric.uuid);
  const edit = async () => {
    const made = await editMetric({ title: "Edit the metric", metric });
    if (made) save({ [field]: experiment[field].map((/** @type {any} */ one) => (one.uuid === metric.uuid ? { ...made.metric, uuid: metric.uuid } : one)) }, "Metric saved.");
  };
  const remove = () =>
    metric.savedMetricId
      ? save({ saved_metrics_ids: links(experiment).filter((/** @type {any} */ link) => link.id !== metric.savedMetricId) }, "Metric removed.")
      : save({ [field]: others(experiment[field]) }, "Metric removed.");
  return [
    may && !metric.savedMetricId && { text: "Edit", icon: "pencil", run: edit },
    may && index > 0 && { text: "Move up", icon: "arrow-up", run: () => move(index, -1) },
    may && index < metrics.length - 1 && { text: "Move down", icon: "arrow-down", run: () => move(index, 1) },
    { text: "Its query as curl", icon: "terminal", run: () => showCurl("POST", P("query/"), { query: { kind: "ExperimentQuery", experiment_id: experiment.id, metric } }) },
    may && { text: "Remove", icon: "trash", danger: true, run: remove },
  ];
}
