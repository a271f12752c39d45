// The verdict: one sentence, why, and what to do.
import { html } from "../../html.js";
import { mayEdit } from "../../session.js";
import { metricName } from "../../domain/metric_text.js";
import { metricsOf, shippedVariant } from "../../domain/status.js";
import { saidOf } from "../../domain/verdict.js";
import { Told, ask } from "../dialog.js";
import { Icon } from "../icon.js";
import { ship } from "./steps.js";

const ICONS = { wait: "hour", good: "check", bad: "alert", calm: "info" };

/** @param {{ verdict: import("../../domain/verdict.js").Verdict, experiment: Experiment, etag: string | null, reload: () => void }} props */
export function VerdictBox({ verdict, experiment, etag, reload }) {
  const said = saidOf(verdict, Boolean(experiment.end_date));
  const names = new Map([...metricsOf(experiment, "primary"), ...metricsOf(experiment, "secondary")].map((metric) => [metric.uuid, metricName(metric)]));
  const sentence = (/** @type {import("../../domain/verdict.js").Reason} */ one) => emphasized(one.text, [one.variant, names.get(one.metric)]);
  const mayShip = said.ship && said.ship !== shippedVariant(experiment) && mayEdit(experiment);
  return html`<section class="verdict" aria-label="Reading"><span class=${`sign is-${said.kind}`}><${Icon} name=${ICONS[said.kind]} /></span>
    <div><h2>${said.title}</h2><p>${said.told.map((one) => html`${sentence(one)} `)}</p>
      ${said.more.length > 0 && html`<details class="small"><summary>More about this</summary><ul class="bullets">${said.more.map((one) => html`<li>${sentence(one)}</li>`)}</ul></details>`}</div>
    <div class="actions">${mayShip && html`<button type="button" onClick=${() => ship({ experiment, etag }, reload)}>Ship ${said.ship}…</button>`}
      <button type="button" onClick=${explain}>How this is read</button></div></section>`;
}

/** Sets the names of a variant and a metric apart. @param {string} text @param {(string | null | undefined)[]} names @returns {any[]} */
function emphasized(text, names) {
  const [name, ...rest] = names;
  const at = name ? text.indexOf(name) : -1;
  if (!names.length) return [text];
  if (!name || at < 0) return emphasized(text, rest);
  return [text.slice(0, at), html`<strong dir="auto">${name}</strong>`, ...emphasized(text.slice(at + name.length), rest)];
}

const explain = () => void ask((close) => html`<${Told} title="How this is read" close=${close}><dl class="facts-list">
    <dt><b>Better, Worse</b></dt><dd>The whole interval is on one side of 0, as the goal of the metric means it. The bar is filled.</dd>
    <dt><b>Likely better, worse</b></dt><dd>The chance is beyond the level, but the interval contains 0: the chance looks at one side only. The bar is hollow and coloured.</dd>
    <dt><b>No clear difference</b></dt><dd>The interval contains 0. There may be a difference that is smaller than this experiment can see.</dd>
    <dt><b>Not enough data</b></dt><dd>Fewer than 50 people in a variant, or fewer than 5 conversions. Counts are shown all the same.</dd>
    <dt><b>Not trustworthy</b></dt><dd>People are split otherwise than the flag says. Whatever moved them may have moved the metric.</dd></dl>
    <p>The arrow says the direction, the colour whether that is good. Change is the middle of the interval. Intervals share one scale; an arrowhead says that one goes on, and a click on it gives its metric a scale of its own.</p>
    <p class="small">Looking every day and stopping on a good one finds differences that are not there. Decide when the planned people are in.</p></${Told}>`);
