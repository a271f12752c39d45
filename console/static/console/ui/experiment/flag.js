// The flag of an experiment: who gets which variant, to edit as on its own page.
import { html } from "../../html.js";
import { P, mayEdit, page } from "../../session.js";
import { FlagEditor, useExperiments } from "../flag/editor.js";
import { Curl } from "../copy.js";
import { Snippet } from "../snippet.js";
import { Loaded } from "../states.js";
import { useRead } from "../use_read.js";

/** @param {{ experiment: Experiment, reload: () => void }} props */
export default function Flag({ experiment, reload }) {
  const known = experiment.feature_flag;
  const id = known?.id;
  const path = P(`feature_flags/${id}/`);
  const reading = useRead(id ? path : null, 15);
  const experiments = useExperiments(reading.data?.experiment_set);
  if (!known) return html`<p class="notice">The flag of this experiment is gone.</p>`;
  const changed = () => {
    reading.reload();
    reload();
  };
  return html`<div class="columns"><div class="stack"><section class="panel"><header><h2>${known.key} <span class=${`state ${known.active ? "on" : "off"}`}>${known.active ? "On" : "Off"}</span></h2>
      <${Curl} path=${path} /><a class="button" href=${page(`feature_flags/${id}/test`)}>Test a person</a><a class="button" href=${page(`feature_flags/${id}`)}>Open the flag</a></header></section>
    <${Loaded} reading=${reading} what="flag">${(/** @type {FeatureFlag} */ flag) => html`<${FlagEditor} flag=${flag} etag=${reading.etag} reload=${changed} experiments=${experiments} may=${flag.can_edit !== false && mayEdit(flag)} />`}</${Loaded}></div>
    <section class="panel"><header><h2>In your code</h2></header><div class="inside"><${Snippet} flagKey=${known.key} variants=${(known.filters?.multivariate?.variants ?? []).map((/** @type {any} */ one) => one.key)} /></div></section></div>`;
}
