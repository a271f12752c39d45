// The idea of a new experiment, the flag that decides who sees what, and its variants.
import { html, onValue, useEffect, useState } from "../../html.js";
import { read, readAll } from "../../api.js";
import { servesText } from "../../domain/flag_text.js";
import { keyFrom } from "../../domain/format.js";
import { P } from "../../session.js";
import { Field, Percent, Radio, Select } from "../field.js";
import { Conditions, Variants } from "../flag/parts.js";
import { Serve } from "../flag/serve.js";

/** @typedef {{ form: import("../../domain/experiment_form.js").ExperimentForm, set: (changes: any) => void, problems: Record<string, string> }} Props */

/** @param {Props} props */
export const Idea = ({ form, set, problems }) => html`<section class="panel"><header><h2>1 Idea</h2></header><div class="inside narrow">
  <${Field} label="Name" error=${problems.name}><input dir="auto" maxlength="400" value=${form.name}
    onInput=${(/** @type {any} */ event) => set({ name: event.target.value, ...(!form.isKeyTyped && { key: keyFrom(event.target.value) }) })} /></${Field}>
  <${Field} label="Hypothesis" optional error=${problems.description} help="Who will do what more often, and why?"><textarea dir="auto" maxlength="3000" value=${form.description}
    onInput=${onValue((description) => set({ description }))}></textarea></${Field}></div></section>`;

/** @param {Props} props */
export const FlagSection = ({ form, set, problems }) => html`<section class="panel"><header><h2>2 Flag</h2></header><div class="inside narrow">
  <fieldset><legend class="sr">Flag</legend><div class="line-up">
    <${Radio} name="flag" value="new" checked=${form.flagMode === "new"} onChange=${(/** @type {string} */ flagMode) => set({ flagMode })}>New flag</${Radio}>
    <${Radio} name="flag" value="existing" checked=${form.flagMode === "existing"} onChange=${(/** @type {string} */ flagMode) => set({ flagMode })}>Existing flag</${Radio}></div></fieldset>
  ${form.flagMode === "new"
    ? html`<${Field} label="Flag key" error=${problems.key} help="Your code asks for this key. It is fixed from the launch on."><input class="code" spellcheck="false" maxlength="400" value=${form.key}
        onInput=${(/** @type {any} */ event) => set({ key: event.target.value, isKeyTyped: event.target.value !== "" })} /></${Field}>`
    : html`<${Existing} form=${form} set=${set} problems=${problems} />`}</div></section>`;

/** @param {Props} props */
function Existing({ form, set, problems }) {
  const [typed, setTyped] = useState("");
  const [rows, setRows] = useState(/** @type {any[] | null} */ (null));
  useEffect(() => {
    let isWanted = true;
    const timer = setTimeout(() => {
      read(P(`experiments/eligible_feature_flags/?limit=20&search=${encodeURIComponent(typed)}`)).then(({ results }) => isWanted && setRows(results), () => isWanted && setRows([]));
    }, typed ? 150 : 0);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [typed]);
  return html`<div class=${`field ${problems.existing ? "wrong" : ""}`}><input type="search" aria-label="Search flags" placeholder="Search flags with a control variant" value=${typed} onInput=${onValue(setTyped)} />
    ${problems.existing && html`<p class="error" role="alert">${problems.existing}</p>`}
    <div class="choices" role="radiogroup" aria-label="Flags">${(rows ?? []).map((flag) => html`<label class="check" key=${flag.id}><input type="radio" name="existing" checked=${form.existing?.id === flag.id} onChange=${() => set({ existing: flag })} />
      <span><code>${flag.key}</code><span class="small">${servesText(flag)}</span></span></label>`)}
      ${rows && !rows.length && html`<p class="small">No flag fits: it needs variants, one of them called control.</p>`}</div></div>`;
}

/** @param {Props} props */
export function VariantSection({ form, set, problems }) {
  const [holdouts, setHoldouts] = useState(/** @type {any[]} */ ([]));
  useEffect(() => void readAll(P("experiment_holdouts/")).then(setHoldouts, () => {}), []);
  return html`<section class="panel"><header><h2>3 Variants</h2></header><div class="inside">
    ${form.flagMode === "existing"
      ? form.existing ? html`<${Serve} flag=${form.existing} /><p class="small">The flag's own variants and conditions; edit them at the flag.</p>` : html`<p class="quiet">Choose a flag first.</p>`
      : html`<${Variants} variants=${form.variants} error=${problems.variants} onChange=${(/** @type {any[]} */ variants) => set({ variants })} /><${Who} form=${form} set=${set} />`}
    <div class="narrow"><${Field} label="Holdout" optional error=${problems.holdout} help="People of a holdout see no experiment that uses it."><${Select} value=${form.holdout} choices=${[["", "None"], ...holdouts.map((one) => [one.id, `${one.name} (${one.filters?.[0]?.rollout_percentage ?? 0} %)`])]} onChange=${(/** @type {string} */ id) => set({ holdout: id ? Number(id) : null })} /></${Field}></div></div></section>`;
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
      ${shown === "share" && html`<${Percent} aria-label="Share of people, in percent" value=${form.share} onChange=${(/** @type {number} */ share) => set({ share })} />`}</div>
    ${shown === "conditions" && form.groups && html`<${Conditions} groups=${form.groups} variants=${form.variants} onChange=${(/** @type {any[]} */ groups) => set({ groups })} />`}</fieldset>`;
}
