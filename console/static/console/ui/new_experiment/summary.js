// What will be asked of the server, and what might be unwise.
import { html } from "../../html.js";
import { P, page } from "../../session.js";
import { plural } from "../../domain/format.js";
import { showCurl } from "../curl.js";
import { SplitBar } from "../flag/serve.js";
import { Icon } from "../icon.js";

/** @param {{ form: import("../../domain/experiment_form.js").ExperimentForm, body: any, warnings: string[], isBusy: boolean, clear: () => void }} props */
export const Summary = ({ form, body, warnings, isBusy, clear }) => html`<aside class="panel sticky" aria-label="Summary"><header><h2>Summary</h2></header><div class="inside">
  <p><b dir="auto">${form.name || "Without a name"}</b></p>
  <dl class="facts-list tight"><dt>Flag</dt><dd><code>${body.feature_flag_key || "–"}</code>${form.flagMode === "existing" ? " (existing)" : ""}</dd>
    ${form.flagMode === "new" && html`<dt>Variants</dt><dd><${SplitBar} variants=${form.variants} /><span class="small">${form.variants.map(({ key, rollout_percentage }) => `${key} ${rollout_percentage} %`).join(" · ")}</span></dd>
      <dt>To</dt><dd>${form.groups ? plural(form.groups.length, "condition") : Number(form.share) === 100 ? "everyone" : `${form.share} % of people`}</dd>`}
    <dt>Metrics</dt><dd>${form.primary.length} primary, ${form.secondary.length} secondary</dd>
    <dt>Plan</dt><dd>${form.estimate ? `${plural(form.estimate.people, "person", "people")}${form.estimate.days ? `, ${plural(form.estimate.days, "day")}` : ""}` : "none"}</dd></dl>
  ${warnings.map((text) => html`<p class="notice warn" key=${text}><${Icon} name="alert" /><span>${text}</span></p>`)}
  <details><summary class="small">The request</summary><pre class="code block wrap" tabindex="0">${JSON.stringify(body, null, 2)}</pre>
    <button type="button" class="bare" onClick=${() => showCurl("POST", P("experiments/"), body)}><${Icon} name="terminal" />As curl</button></details>
  <button class="primary big" disabled=${isBusy}>Create draft</button>
  <div class="line-up"><a href=${page("experiments")}>Back</a><button type="button" class="bare" onClick=${clear}>Start over</button></div>
  <p class="small">Nobody sees anything before the launch.</p></div></aside>`;
