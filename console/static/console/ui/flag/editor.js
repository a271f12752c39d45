// A flag, to edit: every change is told before it is saved.
import { html, onValue, useEffect, useState } from "../../html.js";
import { read } from "../../api.js";
import { P, page } from "../../session.js";
import { filtersOf, flagDiff, flagProblem, isRounded } from "../../domain/flag_form.js";
import { heldOut } from "../../domain/flag_text.js";
import { plural, tagsOf } from "../../domain/format.js";
import { DialogForm, ask } from "../dialog.js";
import { Field } from "../field.js";
import { Icon } from "../icon.js";
import { same } from "../merge.js";
import { useObjectForm } from "../object_form.js";
import { Conditions, Payloads, Rounded, Variants } from "./parts.js";

/** The experiments on a flag. @param {number[] | undefined} ids */
export function useExperiments(ids) {
  const [found, setFound] = useState(/** @type {any[]} */ ([]));
  const key = (ids ?? []).join();
  useEffect(() => void Promise.all((ids ?? []).map((id) => read(P(`experiments/${id}/`)).catch(() => null))).then((all) => setFound(all.filter(Boolean))), [key]);
  return found;
}

/** @param {FeatureFlag} flag */
const formOf = (flag) => ({ name: flag.name ?? "", tags: flag.tags ?? [], filters: structuredClone(flag.filters) });

/** @param {any} form */
const changesOf = ({ filters, ...rest }) => ({ ...rest, filters: filtersOf(filters) });

/** @param {{ flag: FeatureFlag, etag: string | null, reload: () => void, experiments: Experiment[], may: boolean }} props */
export function FlagEditor({ flag, etag, reload, experiments, may }) {
  const { form, set, save, isDirty, isBusy, opened, discard, others, problem, errorOf } = useObjectForm({ object: flag, etag, path: P(`feature_flags/${flag.id}/`), reload, formOf, changesOf });
  const { filters } = form;
  const variants = filters.multivariate?.variants ?? [];
  const setVariants = (/** @type {any[]} */ next) => put({ multivariate: { ...filters.multivariate, variants: next } });
  const put = (/** @type {any} */ part) => set({ filters: { ...filters, ...part } });
  const rounded = isRounded(flag.filters);
  const running = experiments.filter((one) => one.start_date && !one.end_date);
  const after = { ...opened, ...changesOf(form) };
  const agree = async (/** @type {Event} */ event) => (await review(opened, after, running)) && save(event);
  return html`<section class="panel"><header><h2>What it serves</h2></header><fieldset class="inside" disabled=${!may || rounded}>
      ${may && rounded && html`<${Rounded} />`}
      ${others}
      ${running.map((one) => html`<p class="notice warn" key=${one.id}><${Icon} name="alert" /><span>Changing shares now disturbs <a href=${page(`experiments/${one.id}`)}><bdi>${one.name}</bdi></a>: people move between variants.</span></p>`)}
      <div class="narrow"><${Field} label="Description" optional error=${errorOf("name")}><input dir="auto" value=${form.name} onInput=${onValue((name) => set({ name }))} /></${Field}></div>
      ${variants.length ? html`<${Variants} variants=${variants} isFixed=${experiments.some((one) => one.start_date)} onChange=${setVariants} />`
        : html`<p><b>On</b> for everybody below, off for all others. <button type="button" class="link" onClick=${() => setVariants([{ key: "control", rollout_percentage: 50 }, { key: "test", rollout_percentage: 50 }])}>Use variants instead</button></p>`}
      <${Conditions} groups=${filters.groups ?? []} variants=${variants} groupType=${filters.aggregation_group_type_index} error=${errorOf("filters")} onChange=${(groups) => put({ groups })} />
      ${heldOut(flag) !== null && html`<p class="quiet">Except ${heldOut(flag)} % in the <a href=${flag.filters.holdout?.id ? page(`holdouts/${flag.filters.holdout.id}`) : page("holdouts")}>holdout</a>.</p>`}
      <${Payloads} variants=${variants} payloads=${filters.payloads ?? {}} isEncrypted=${flag.has_encrypted_payloads} onChange=${(payloads) => put({ payloads })} />
      <div class="narrow"><${Field} label="Tags" optional error=${errorOf("tags")} help="Separated by commas."><input value=${form.tags.join(", ")} onChange=${onValue((value) => set({ tags: tagsOf(value) }))} /></${Field}></div></fieldset>
    ${isDirty && html`<${Bar} before=${opened} after=${after} refused=${problem} isBusy=${isBusy} discard=${discard} save=${agree} />`}</section>`;
}

/** @param {{ before: any, after: any, refused: string, isBusy: boolean, discard: () => void, save: (event: Event) => void }} props */
function Bar({ before, after, refused, isBusy, discard, save }) {
  const lines = flagDiff(before, after);
  const wrong = flagProblem(after.filters);
  const problem = wrong || refused;
  return html`<footer class="foot-bar save-bar" role="status"><span class=${problem ? "error grow" : "grow"}>${problem || `${plural(lines.length, "change")}: ${lines.slice(0, 3).join("; ")}${lines.length > 3 ? "…" : ""}`}</span>
    <button type="button" onClick=${discard}>Discard</button><button type="button" class="primary" disabled=${Boolean(wrong) || isBusy} onClick=${save}>Review and save</button></footer>`;
}

/** What will change, to agree to. @param {any} before @param {any} after @param {any[]} running */
function review(before, after, running) {
  const changes = Object.fromEntries(Object.entries(changesOf(formOf(after))).filter(([name, value]) => !same(value, before[name])));
  return ask((close) => html`<${DialogForm} title="Save the flag" submit="Save" close=${close} wide onSubmit=${() => true}>
      <ul class="bullets">${flagDiff(before, after).map((line) => html`<li key=${line}>${line}</li>`)}</ul>
      ${running.length > 0 && html`<p class="notice warn"><${Icon} name="alert" /><span>An experiment runs on this flag: people may move between variants.</span></p>`}
      <details><summary class="small">As JSON</summary><pre class="code block wrap" tabindex="0">${JSON.stringify(changes, null, 2)}</pre></details></${DialogForm}>`);
}
