// The variants, and who sees them.
import { html, useEffect, useState } from "../../html.js";
import { readAll } from "../../api.js";
import { P } from "../../session.js";
import { Field, Radio } from "../field.js";
import { Conditions } from "../flag/conditions.js";
import { Serve } from "../flag/serve.js";
import { Variants } from "../flag/variants.js";

/** @param {import("./idea.js").Props} props */
export function VariantSection({ form, set, problems }) {
  const [holdouts, setHoldouts] = useState(/** @type {any[]} */ ([]));
  useEffect(() => void readAll(P("experiment_holdouts/")).then(setHoldouts, () => {}), []);
  return html`<section class="panel"><header><h2>3 Variants</h2></header><div class="inside">
    ${form.flagMode === "existing"
      ? form.existing ? html`<${Serve} flag=${form.existing} /><p class="small">The flag's own variants and conditions; edit them at the flag.</p>` : html`<p class="quiet">Choose a flag first.</p>`
      : html`<${Variants} variants=${form.variants} error=${problems.variants} onChange=${(/** @type {any[]} */ variants) => set({ variants })} /><${Who} form=${form} set=${set} />`}
    <div class="narrow"><${Field} label="Holdout" optional error=${problems.holdout} help="People of a holdout see no experiment that uses it."><select onChange=${(/** @type {any} */ event) => set({ holdout: event.target.value ? Number(event.target.value) : null })}>
      <option value="" selected=${!form.holdout}>None</option>${holdouts.map((one) => html`<option key=${one.id} value=${one.id} selected=${one.id === form.holdout}>${one.name} (${one.filters?.[0]?.rollout_percentage ?? 0} %)</option>`)}</select></${Field}></div></div></section>`;
}

/** @param {{ form: any, set: (changes: any) => void }} props */
function Who({ form, set }) {
  const mode = form.groups ? "conditions" : Number(form.share) === 100 ? "everyone" : "share";
  const [shown, setShown] = useState(mode);
  const choose = (/** @type {string} */ next) => {
    setShown(next);
    if (next === "everyone") set({ groups: null, share: 100 });
    if (next === "share") set({ groups: null, share: 50 });
    if (next === "conditions") set({ groups: [{ properties: [], rollout_percentage: Number(form.share) }] });
  };
  return html`<fieldset><legend class="legend-text">Who takes part</legend><div class="line-up">
      ${[["everyone", "Everyone"], ["share", "A share"], ["conditions", "By conditions"]].map(([value, text]) => html`<${Radio} key=${value} name="who" value=${value} checked=${shown === value} onChange=${choose}>${text}</${Radio}>`)}
      ${shown === "share" && html`<span class="share"><input type="number" min="0" max="100" step="any" aria-label="Share of people, in percent" value=${form.share} onInput=${(/** @type {any} */ event) => set({ share: event.target.value })} /> %</span>`}</div>
    ${shown === "conditions" && form.groups && html`<${Conditions} groups=${form.groups} variants=${form.variants} onChange=${(/** @type {any[]} */ groups) => set({ groups })} />`}</fieldset>`;
}
