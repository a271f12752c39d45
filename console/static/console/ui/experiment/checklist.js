// A draft: what is ready, and what is still missing before people see it.
import { html } from "../../html.js";
import { page } from "../../session.js";
import { metricsOf, planOf, variantsOf } from "../../domain/status.js";
import { count, plural } from "../../domain/format.js";
import { isDecrease, metricName, metricText } from "../../domain/metric_text.js";
import { SplitBar } from "../flag/serve.js";
import { Icon } from "../icon.js";
import { Snippet } from "../snippet.js";
import { Unseen } from "../unseen.js";

/** @param {{ experiment: Experiment }} props */
export function Checklist({ experiment }) {
  const base = page(`experiments/${experiment.id}`);
  const primary = metricsOf(experiment, "primary");
  const plan = planOf(experiment);
  const variants = variantsOf(experiment);
  const steps = [
    { done: Boolean(experiment.description), text: "Say what you expect, and why", where: `${base}/settings` },
    { done: variants.length > 1, text: `${plural(variants.length, "variant")} in the flag`, where: `${base}/flag` },
    { done: primary.length > 0, text: primary.length ? plural(primary.length, "primary metric") : "Choose a primary metric", where: `${base}/metrics` },
    { done: plan.days !== null, text: plan.days ? `Planned for ${plural(Math.ceil(plan.days), "day")}${plan.people ? `, ${count(plan.people)} people` : ""}` : "Plan how long it shall run", where: `${base}/settings` },
    { done: false, text: "Ask for the flag in your code, as beside", where: `${base}/flag` },
  ];
  return html`<div class="columns even"><div class="stack">
    <section class="panel"><header><h2>Before the launch</h2></header><ol class="checklist">${steps.map(({ done, text, where }) => html`
      <li key=${text} class=${done ? "done" : ""}><span class="tick">${done ? html`<${Icon} name="check" label="Done" />` : html`<span class="sr">To do: </span>`}</span><a href=${where}>${text}</a></li>`)}</ol></section>
    <${Unseen} metrics=${[...primary, ...metricsOf(experiment, "secondary")]} />
    <section class="panel"><header><h2>Metrics</h2><a href=${`${base}/metrics`}>Edit</a></header>${primary.length + metricsOf(experiment, "secondary").length
      ? html`<ul class="lines">${[...primary, ...metricsOf(experiment, "secondary")].map((metric) => html`<li><b dir="auto">${metricName(metric)}</b><span class="small">${metricText(metric)} · goal ${isDecrease(metric) ? "↓ less" : "↑ more"}</span></li>`)}</ul>`
      : html`<p class="inside-text quiet">None yet.</p>`}</section></div>
    <div class="stack"><section class="panel"><header><h2>In your code</h2></header><div class="inside"><${Snippet} flagKey=${experiment.feature_flag_key} variants=${variants.map(({ key }) => key)} /></div></section>
      <section class="panel"><header><h2>Variants</h2></header><div class="inside"><${SplitBar} variants=${variants} /><p class="small">${variants.map(({ key, rollout_percentage }) => `${key} ${rollout_percentage} %`).join(" · ")}</p></div></section></div></div>`;
}
