// The verdict: one sentence, why, and what to do.
import { html } from "../../html.js";
import { intervalText } from "../../domain/format.js";
import { capital } from "../../domain/reading.js";
import { metricName } from "../../domain/metric_text.js";
import { ask } from "../dialog.js";
import { Icon } from "../icon.js";
import { mayEdit } from "./head.js";
import { ship } from "./steps.js";

const ICONS = { wait: "hour", warn: "alert", good: "check", bad: "alert", calm: "info" };

/** @param {{ said: import("../../domain/verdict.js").Verdict, experiment: any, etag: string | null, reload: () => void, rows: any[] }} props */
export const VerdictBox = ({ said, experiment, etag, reload, rows }) => html`
  <section class="verdict" aria-label="Reading"><span class=${`sign is-${said.kind}`}><${Icon} name=${ICONS[said.kind]} /></span>
    <div><h2>${said.title}</h2><p>${emphasized(said.why)}</p></div>
    <div class="actions">${said.ship && mayEdit(experiment) && html`<button type="button" onClick=${() => ship({ experiment, etag, readings: readingsOf(rows) }, reload)}>Ship ${said.ship}…</button>`}
      <button type="button" onClick=${explain}>How this is read</button></div></section>`;

// Names stand between pairs of asterisks.
/** @param {string} text */
const emphasized = (text) => text.split("**").map((part, at) => (at % 2 ? html`<strong dir="auto">${part}</strong>` : part));

/** What is said of each variant, for the dialog in which one is chosen. @param {any[]} rows @returns {Record<string, string>} */
export function readingsOf(rows) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const { variant, metric, reading } of rows) {
    const text = `${metricName(metric)}: ${capital(reading.word)}${reading.interval ? ` (${intervalText(reading.interval)})` : ""}`;
    found[variant] = found[variant] ? `${found[variant]}; ${text}` : text;
  }
  return found;
}

const explain = () => void ask((close) => html`<div class="dialog"><header><h2 id="dialog-title">How this is read</h2><button type="button" class="bare" aria-label="Close" onClick=${() => close()}><${Icon} name="x" /></button></header>
  <div class="body"><dl class="facts-list">
    <dt><b>Better, Worse</b></dt><dd>The whole interval is on one side of 0, as the goal of the metric means it. The bar is filled.</dd>
    <dt><b>Likely better, worse</b></dt><dd>The chance is beyond the level, but the interval contains 0: the chance looks at one side only. The bar is hollow and coloured.</dd>
    <dt><b>No clear difference</b></dt><dd>The interval contains 0. There may be a difference that is smaller than this experiment can see.</dd>
    <dt><b>Not enough data</b></dt><dd>Fewer than 50 people in a variant, or fewer than 5 conversions. Counts are shown all the same.</dd></dl>
    <p>The arrow says the direction, the colour whether that is good. Change is the middle of the interval. Intervals share one scale; an arrowhead says that one goes on.</p>
    <p class="small">Looking every day and stopping on a good one finds differences that are not there. Decide when the planned people are in.</p></div></div>`);
