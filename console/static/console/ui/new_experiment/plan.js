// How many people, and how many days: before the start, so that nobody stops on a good day.
import { html, useEffect } from "../../html.js";
import { change } from "../../api.js";
import { P } from "../../session.js";
import { estimateRequest } from "../../domain/experiment_form.js";
import { count, plural } from "../../domain/format.js";
import { Field } from "../field.js";
import { Icon } from "../icon.js";

const TYPES = [["funnel", "a share of people (funnel)"], ["mean_count", "a count per person"], ["mean_sum_or_avg", "a sum or average per person"], ["ratio", "a ratio"], ["retention", "retention"]];

/** @param {import("./idea.js").Props} props */
export function Plan({ form, set }) {
  const { plan } = form;
  const put = (/** @type {string} */ name) => (/** @type {any} */ event) => set({ plan: { ...plan, [name]: event.target.value } });
  const asked = JSON.stringify(estimateRequest(form));
  useEffect(() => {
    if (asked === "null") {
      if (form.estimate) set({ estimate: null });
      return undefined;
    }
    const timer = setTimeout(() => {
      change("POST", P("experiments/calculate_running_time/"), JSON.parse(asked)).then(
        (found) => set({ estimate: { people: found.recommended_sample_size, days: found.recommended_running_time_days } }), () => set({ estimate: null }));
    }, 250);
    return () => clearTimeout(timer);
  }, [asked]);
  const isShare = plan.type === "funnel" || plan.type === "retention";
  return html`<section class="panel"><header><h2>5 Plan</h2><span class="small">optional, but without it nobody knows when to stop</span></header><div class="inside">
    <div class="line-up align-end"><${Field} label="The metric is"><select onChange=${put("type")}>${TYPES.map(([value, text]) => html`<option value=${value} selected=${value === plan.type}>${text}</option>`)}</select></${Field}>
      <${Field} label=${isShare ? "Today, in percent" : "Today, per person"}><input type="number" min="0" step="any" value=${plan.baseline} onInput=${put("baseline")} placeholder=${isShare ? "8.3" : "1.2"} /></${Field}>
      ${plan.type !== "funnel" && html`<${Field} label="Variance" optional=${plan.type.startsWith("mean")}><input type="number" min="0" step="any" value=${plan.variance} onInput=${put("variance")} /></${Field}>`}
      <${Field} label="Smallest change worth finding, %"><input type="number" min="0" step="any" value=${plan.change} onInput=${put("change")} /></${Field}>
      <${Field} label="People a day" optional><input type="number" min="0" step="any" value=${plan.perDay} onInput=${put("perDay")} /></${Field}></div>
    <p class="notice" aria-live="polite"><${Icon} name="calendar" /><span>${form.estimate
      ? html`<b>${plural(form.estimate.people, "person", "people")}${form.estimate.days ? `, ${plural(form.estimate.days, "day")}` : ""}</b> to find a change of ${count(Number(plan.change))} % four times out of five.`
      : "Enter today's value and the smallest change that would matter."}</span></p></div></section>`;
}
