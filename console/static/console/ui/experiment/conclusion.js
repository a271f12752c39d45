// What was concluded when the experiment ended.
import { html, useState } from "../../html.js";
import { P, mayEdit } from "../../session.js";
import { shippedVariant } from "../../domain/status.js";
import { DialogForm, ask } from "../dialog.js";
import { Icon } from "../icon.js";
import { patch } from "../merge.js";
import { Conclusion as Fields } from "./steps.js";

const WORDS = /** @type {Record<string, string>} */ ({ won: "Won", lost: "Lost", inconclusive: "Inconclusive", stopped_early: "Stopped early", invalid: "Invalid" });

/** @param {{ experiment: Experiment, etag: string | null, reload: () => void }} props */
export function Conclusion({ experiment, etag, reload }) {
  const shipped = shippedVariant(experiment);
  const edit = async () => {
    if (await ask((close) => html`<${Edit} close=${close} experiment=${experiment} etag=${etag} />`)) reload();
  };
  return html`<section class="panel"><header><h2>Conclusion: ${WORDS[experiment.conclusion ?? ""] ?? "none written down"}</h2>
      ${mayEdit(experiment) && html`<button type="button" class="bare" onClick=${edit}><${Icon} name="pencil" />Edit</button>`}</header>
    ${(experiment.conclusion_comment || shipped) && html`<div class="inside">${shipped && html`<p>Everybody gets <b>${shipped}</b>.</p>`}
      ${experiment.conclusion_comment && html`<p class="hypothesis pre" dir="auto">${experiment.conclusion_comment}</p>`}</div>`}</section>`;
}

/** @param {{ close: any, experiment: Experiment, etag: string | null }} props */
function Edit({ close, experiment, etag }) {
  const [value, setValue] = useState({ conclusion: experiment.conclusion ?? "", comment: experiment.conclusion_comment ?? "" });
  const send = () => patch(P(`experiments/${experiment.id}/`), { conclusion: value.conclusion || null, conclusion_comment: value.comment || null }, { etag, before: experiment });
  return html`<${DialogForm} title="Conclusion" submit="Save" close=${close} onSubmit=${send}><${Fields} value=${value} onChange=${setValue} /></${DialogForm}>`;
}
