// The metrics of an experiment: what each counts, their order, and how to add or take away.
import { html } from "../../html.js";
import { change } from "../../api.js";
import { P, mayEdit, mayMake, page } from "../../session.js";
import { metricsOf } from "../../domain/status.js";
import { isDecrease, metricName, metricText } from "../../domain/metric_text.js";
import { showCurl } from "../copy.js";
import { Icon } from "../icon.js";
import { Menu } from "../menu.js";
import { patch, same } from "../merge.js";
import { editMetric } from "../metric_dialog.js";
import { say } from "../toast.js";
import { Unseen } from "../unseen.js";

/** @typedef {"primary" | "secondary"} Type */
/** @typedef {{ experiment: Experiment, etag: string | null, reload: () => void }} Subject */
const FIELD = /** @type {const} */ ({ primary: "metrics", secondary: "metrics_secondary" });
const ORDER = { primary: "primary_metrics_ordered_uuids", secondary: "secondary_metrics_ordered_uuids" };

/** @param {Subject} props */
export default function Metrics({ experiment, etag, reload }) {
  const save = saver({ experiment, etag, reload });
  return html`<div class="stack"><${Unseen} metrics=${[...metricsOf(experiment, "primary"), ...metricsOf(experiment, "secondary")]} />${/** @type {Type[]} */ (["primary", "secondary"]).map((type) => html`
    <${Section} key=${type} type=${type} subject=${{ experiment, etag, reload }} save=${save} />`)}</div>`;
}

/** @typedef {(again: (now: Experiment) => any, done: string, isApart?: (now: Experiment) => boolean) => Promise<void>} Save */

/** Who adds, moves or takes away one metric leaves alone what others do to the rest. @param {Subject} subject @returns {Save} */
const saver = ({ experiment, etag, reload }) => async (again, done, isApart = () => true) => {
  const { isDiscarded } = await patch(P(`experiments/${experiment.id}/`), again(experiment), { etag, before: experiment, again, isApart });
  if (!isDiscarded) say(done);
  reload();
};

/** Ask for a metric and add it. @param {Subject} subject @param {Type} type */
export async function addMetric(subject, type) {
  const excluded = subject.experiment.saved_metrics.map((/** @type {any} */ link) => link.saved_metric);
  await editMetric({ title: `Add a ${type} metric`, canUseSaved: true, excluded, save: ({ metric, savedMetricId }) => saver(subject)((now) =>
    savedMetricId ? { saved_metrics_ids: [...links(now), { id: savedMetricId, metadata: { type } }] } : { [FIELD[type]]: [...(now[FIELD[type]] ?? []), metric] }, "Metric added.") });
}

/** @param {Experiment} experiment */
const links = (experiment) => experiment.saved_metrics.map((/** @type {any} */ link) => ({ id: link.saved_metric, metadata: link.metadata }));

/** @param {{ type: Type, subject: Subject, save: Save }} props */
function Section({ type, subject, save }) {
  const { experiment } = subject;
  const metrics = metricsOf(experiment, type);
  const may = mayEdit(experiment);
  const move = (/** @type {string} */ uuid, /** @type {number} */ by) => save((now) => {
    const uuids = metricsOf(now, type).map((one) => one.uuid);
    const from = uuids.indexOf(uuid);
    uuids.splice(from + by, 0, ...uuids.splice(from, 1));
    return { [ORDER[type]]: uuids };
  }, "Order saved.");
  return html`<section class="panel"><header><h2>${type === "primary" ? "Primary metrics" : "Secondary metrics"}</h2>
      <span class="small">${type === "primary" ? "what the decision rests on" : "what else to look at"}</span>
      ${may && html`<button type="button" onClick=${() => addMetric(subject, type)}><${Icon} name="plus" />Add metric</button>`}</header>
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
  const isSame = (/** @type {any} */ now) => now[field].some((/** @type {any} */ one) => same(one, metric));
  const edit = () => editMetric({ title: "Edit the metric", metric, save: (made) => save((/** @type {any} */ now) => ({ [field]: now[field].map((/** @type {any} */ one) => (one.uuid === metric.uuid ? { ...made.onto?.(one), uuid: metric.uuid } : one)) }), "Metric saved.", isSame) });
  const remove = () =>
    metric.savedMetricId
      ? save((/** @type {any} */ now) => ({ saved_metrics_ids: links(now).filter((/** @type {any} */ link) => link.id !== metric.savedMetricId) }), "Metric removed.")
      : save((/** @type {any} */ now) => ({ [field]: others(now[field]) }), "Metric removed.");
  const share = async () => {
    const { fingerprint: _fingerprint, ...query } = metric;
    const made = await change("POST", P("experiment_saved_metrics/"), { name: metricName(metric), query });
    await save((/** @type {any} */ now) => ({ [field]: others(now[field]), saved_metrics_ids: [...links(now), { id: made.id, metadata: { type } }] }), "Saved for other experiments, too.", isSame);
  };
  return [
    may && !metric.savedMetricId && { text: "Edit", icon: "pencil", run: edit },
    may && !metric.savedMetricId && mayMake("experiment") && { text: "Make it a saved metric", icon: "ruler", run: share },
    may && index > 0 && { text: "Move up", icon: "arrow-up", run: () => move(metric.uuid, -1) },
    may && index < metrics.length - 1 && { text: "Move down", icon: "arrow-down", run: () => move(metric.uuid, 1) },
    { text: "Its query as curl", icon: "terminal", run: () => showCurl("POST", P("query/"), { query: { kind: "ExperimentQuery", experiment_id: experiment.id, metric } }) },
    may && { text: "Remove", icon: "trash", danger: true, run: remove },
  ];
}
