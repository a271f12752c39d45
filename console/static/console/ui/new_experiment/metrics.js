// What the decision will rest on, and what else to watch.
import { html } from "../../html.js";
import { read } from "../../api.js";
import { P } from "../../session.js";
import { isDecrease, metricName, metricText } from "../../domain/metric_text.js";
import { Icon } from "../icon.js";
import { editMetric } from "../metric_dialog.js";

/** @param {import("./idea.js").Props} props */
export const MetricSection = ({ form, set }) => html`<section class="panel"><header><h2>4 Metrics</h2></header><div class="inside">
  ${/** @type {const} */ (["primary", "secondary"]).map((type) => html`<${Chosen} key=${type} type=${type} form=${form} set=${set} />`)}</div></section>`;

/** @param {{ type: "primary" | "secondary", form: any, set: (changes: any) => void }} props */
function Chosen({ type, form, set }) {
  const excluded = [...form.primary, ...form.secondary].map((/** @type {any} */ one) => one.savedMetricId).filter(Boolean);
  const add = async () => {
    const made = await editMetric({ title: `Add a ${type} metric`, canUseSaved: true, excluded });
    if (!made) return;
    const one = made.savedMetricId ? { savedMetricId: made.savedMetricId, shown: await saved(made.savedMetricId) } : { metric: made.metric, shown: made.metric };
    set({ [type]: [...form[type], one] });
  };
  const edit = async (/** @type {number} */ at) => {
    const made = await editMetric({ title: "Edit the metric", metric: form[type][at].metric });
    if (made) set({ [type]: form[type].map((/** @type {any} */ old, /** @type {number} */ index) => (index === at ? { metric: made.metric, shown: made.metric } : old)) });
  };
  return html`<fieldset><legend class="legend-text">${type === "primary" ? "Primary: what the decision rests on" : "Secondary: what else to watch"}</legend>
    ${form[type].map((/** @type {any} */ one, /** @type {number} */ at) => html`<div class="line-up chosen" key=${at}><span class="grow"><b dir="auto">${metricName(one.shown)}</b><span class="small block-text">${metricText(one.shown)} · goal ${isDecrease(one.shown) ? "↓ less" : "↑ more"}${one.savedMetricId ? " · saved metric" : ""}</span></span>
      ${one.metric && html`<button type="button" class="bare" aria-label=${`Edit ${metricName(one.shown)}`} onClick=${() => edit(at)}><${Icon} name="pencil" /></button>`}
      <button type="button" class="bare" aria-label=${`Remove ${metricName(one.shown)}`} onClick=${() => set({ [type]: form[type].filter((/** @type {any} */ _, /** @type {number} */ index) => index !== at) })}><${Icon} name="x" /></button></div>`)}
    <div><button type="button" class="small-one" onClick=${add}><${Icon} name="plus" />${type === "primary" ? "Primary metric" : "Secondary metric"}</button></div></fieldset>`;
}

/** @param {number} id */
async function saved(id) {
  const one = await read(P(`experiment_saved_metrics/${id}/`));
  return { ...one.query, name: one.name };
}
