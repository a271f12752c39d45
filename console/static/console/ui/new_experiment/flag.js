// The flag that decides who sees what: a new one, or one that exists.
import { html, useEffect, useState } from "../../html.js";
import { read } from "../../api.js";
import { P } from "../../session.js";
import { servesText } from "../../domain/flag_text.js";
import { Field, Radio } from "../field.js";

/** @param {import("./idea.js").Props} props */
export const FlagSection = ({ form, set, problems }) => html`<section class="panel"><header><h2>2 Flag</h2></header><div class="inside narrow">
  <fieldset><legend class="sr">Flag</legend><div class="line-up">
    <${Radio} name="flag" value="new" checked=${form.flagMode === "new"} onChange=${(/** @type {string} */ flagMode) => set({ flagMode })}>New flag</${Radio}>
    <${Radio} name="flag" value="existing" checked=${form.flagMode === "existing"} onChange=${(/** @type {string} */ flagMode) => set({ flagMode })}>Existing flag</${Radio}></div></fieldset>
  ${form.flagMode === "new"
    ? html`<${Field} label="Flag key" error=${problems.key} help="Your code asks for this key. It is fixed from the launch on."><input class="code" spellcheck="false" maxlength="400" value=${form.key}
        onInput=${(/** @type {any} */ event) => set({ key: event.target.value, isKeyTyped: event.target.value !== "" })} /></${Field}>`
    : html`<${Existing} form=${form} set=${set} problems=${problems} />`}</div></section>`;

/** @param {import("./idea.js").Props} props */
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
  return html`<div class=${`field ${problems.existing ? "wrong" : ""}`}><input type="search" aria-label="Search flags" placeholder="Search flags with a control variant" value=${typed} onInput=${(/** @type {any} */ event) => setTyped(event.target.value)} />
    ${problems.existing && html`<p class="error" role="alert">${problems.existing}</p>`}
    <div class="choices" role="radiogroup" aria-label="Flags">${(rows ?? []).map((flag) => html`<label class="check" key=${flag.id}><input type="radio" name="existing" checked=${form.existing?.id === flag.id} onChange=${() => set({ existing: flag })} />
      <span><code>${flag.key}</code><span class="small">${servesText(flag)}</span></span></label>`)}
      ${rows && !rows.length && html`<p class="small">No flag fits: it needs variants, one of them called control.</p>`}</div></div>`;
}
