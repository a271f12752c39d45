// The flag of an experiment: who gets which variant.
import { html } from "../../html.js";
import { P, page } from "../../session.js";
import { Snippet } from "../snippet.js";
import { Curl } from "../copy.js";
import { Serve } from "../flag/serve.js";

/** @param {{ experiment: Experiment }} props */
export default function Flag({ experiment }) {
  const flag = experiment.feature_flag;
  if (!flag) return html`<p class="notice">The flag of this experiment is gone.</p>`;
  return html`<div class="columns"><section class="panel"><header><h2>${flag.key} <span class=${`state ${flag.active ? "on" : "off"}`}>${flag.active ? "On" : "Off"}</span></h2>
      <${Curl} path=${P(`feature_flags/${flag.id}/`)} />
      <a class="button" href=${page(`feature_flags/${flag.id}/test`)}>Test a person</a><a class="button" href=${page(`feature_flags/${flag.id}`)}>Open the flag</a></header>
    <div class="inside"><${Serve} flag=${flag} />
      ${experiment.start_date && !experiment.end_date && html`<p class="notice">While the experiment runs, changing shares moves people between variants and disturbs what is counted.</p>`}</div></section>
    <section class="panel"><header><h2>In your code</h2></header><div class="inside"><${Snippet} flagKey=${flag.key} variants=${(flag.filters?.multivariate?.variants ?? []).map((/** @type {any} */ one) => one.key)} /></div></section></div>`;
}
