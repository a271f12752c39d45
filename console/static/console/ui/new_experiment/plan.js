// What a new experiment will be decided by, and when: metrics, plan, the request.
import { html, onValue, useEffect } from "../../html.js";
import { compute, read } from "../../api.js";
import { changeWithin, estimateRequest } from "../../domain/experiment_form.js";
import { amount, plural } from "../../domain/format.js";
import { isDecrease, metricName, metricText } from "../../domain/metric_text.js";
import { P, page } from "../../session.js";
import { showCurl } from "../copy.js";
import { Field, Select } from "../field.js";
import { SplitBar } from "../flag/serve.js";
import { Icon } from "../icon.js";
import { editMetric } from "../metric_dialog.js";
import { Unseen } from "../unseen.js";

/** @param {import("./who.js").Props} props */
export const MetricSection = ({ form, set }) => html`<section class="panel"><header><h2>4 Metrics</h2></header><div class="inside">
  ${/** @type {const} */ (["primary", "secondary"]).map((type) => html`<${Chosen} key=${type} type=${type} form=${form} set=${set} />`)}
  <${Unseen} metrics=${[...form.primary, ...form.secondary].map(({ shown }) => shown)} /></div></section>`;

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

const TYPES = [["funnel", "a share of people (funnel)"], ["mean_count", "a count per person"], ["mean_sum_or_avg", "a sum or average per person"], ["ratio", "a ratio"], ["retention", "retention"]];

/** @param {import("./who.js").Props} props */
export function Plan({ form, set }) {
  const { plan } = form;
  const put = (/** @type {string} */ name) => onValue((value) => set({ plan: { ...plan, [name]: value } }));
  const asked = JSON.stringify(estimateRequest(form));
  useEffect(() => {
    if (asked === "null") {
      if (form.estimate) set({ estimate: null });
      return undefined;
    }
    let isWanted = true;
    const timer = setTimeout(() => {
      compute(P("experiments/calculate_running_time/"), JSON.parse(asked)).then(
        (found) => isWanted && set({ estimate: { of: asked, people: found.recommended_sample_size, days: found.recommended_running_time_days } }),
        (error) => isWanted && set({ estimate: { refusal: error.message } }));
    }, 250);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [asked]);
  const isShare = plan.type === "funnel" || plan.type === "retention";
  return html`<section class="panel"><header><h2>5 Plan</h2><span class="small">optional, but without it nobody knows when to stop</span></header><div class="inside">
    <div class="line-up align-end"><${Field} label="The metric is"><${Select} value=${plan.type} choices=${TYPES} onChange=${(/** @type {string} */ type) => set({ plan: { ...plan, type } })} /></${Field}>
      <${Field} label=${isShare ? "Today, in percent" : "Today, per person"}><input type="number" min="0" step="any" value=${plan.baseline} onInput=${put("baseline")} placeholder=${isShare ? "8.3" : "1.2"} /></${Field}>
      ${plan.type !== "funnel" && html`<${Field} label="Variance" optional=${plan.type.startsWith("mean")}><input type="number" min="0" step="any" value=${plan.variance} onInput=${put("variance")} /></${Field}>`}
      <${Field} label="Smallest change worth finding, %"><input type="number" min="0" step="any" value=${plan.change} onInput=${put("change")} /></${Field}>
      <${Field} label="People a day" optional><input type="number" min="0" step="any" value=${plan.perDay} onInput=${put("perDay")} /></${Field}>
      <${Field} label="Or in so many days" optional><input type="number" min="1" disabled=${form.estimate?.of !== asked || !form.estimate.days} value=${form.estimate?.days ?? ""} onChange=${onValue((days) => Number(days) > 0 && set({ plan: { ...plan, change: changeWithin(form, Number(days)) } }))} /></${Field}></div>
    <p class="notice" aria-live="polite"><${Icon} name="calendar" /><span>${form.estimate?.refusal ?? (form.estimate
      ? html`<b>${plural(form.estimate.people, "person", "people")}${form.estimate.days ? `, ${plural(form.estimate.days, "day")}` : ""}</b> to find a change of ${amount(Number(plan.change))} % four times out of five.`
      : "Enter today's value and the smallest change that would matter.")}</span></p></div></section>`;
}

/** @param {{ form: import("../../domain/experiment_form.js").ExperimentForm, body: any, warnings: string[], isBusy: boolean, clear: () => void }} props */
export const Summary = ({ form, body, warnings, isBusy, clear }) => html`<aside class="panel sticky" aria-label="Summary"><header><h2>Summary</h2></header><div class="inside">
  <p><b dir="auto">${form.name || "Without a name"}</b></p>
  <dl class="facts-list tight"><dt>Flag</dt><dd><code>${body.feature_flag_key || "–"}</code>${form.flagMode === "existing" ? " (existing)" : ""}</dd>
    ${form.flagMode === "new" && html`<dt>Variants</dt><dd><${SplitBar} variants=${form.variants} /><span class="small">${form.variants.map(({ key, rollout_percentage }) => `${key} ${rollout_percentage} %`).join(" · ")}</span></dd>
      <dt>To</dt><dd>${form.groups ? plural(form.groups.length, "condition") : Number(form.share) === 100 ? "everyone" : `${form.share} % of people`}</dd>`}
    <dt>Metrics</dt><dd>${form.primary.length} primary, ${form.secondary.length} secondary</dd>
    <dt>Plan</dt><dd>${form.estimate?.people ? `${plural(form.estimate.people, "person", "people")}${form.estimate.days ? `, ${plural(form.estimate.days, "day")}` : ""}` : "none"}</dd></dl>
  ${warnings.map((text) => html`<p class="notice warn" key=${text}><${Icon} name="alert" /><span>${text}</span></p>`)}
  <details><summary class="small">The request</summary><pre class="code block wrap" tabindex="0">${JSON.stringify(body, null, 2)}</pre>
    <button type="button" class="bare" onClick=${() => showCurl("POST", P("experiments/"), body)}><${Icon} name="terminal" />As curl</button></details>
  <button class="primary big" disabled=${isBusy}>Create draft</button>
  <div class="line-up"><a href=${page("experiments")}>Back</a><button type="button" class="bare" onClick=${clear}>Start over</button></div>
  <p class="small">Nobody sees anything before the launch.</p></div></aside>`;
