// A flag, to edit: every change is told before it is saved.
import { html, onValue, useEffect, useState } from "../../html.js";
import { guard } from "../../router.js";
import { P, page } from "../../session.js";
import { flagDiff, flagProblem } from "../../domain/flag_diff.js";
import { heldOut } from "../../domain/flag_text.js";
import { plural, tagsOf } from "../../domain/format.js";
import { DialogForm, ask } from "../dialog.js";
import { Field } from "../field.js";
import { Icon } from "../icon.js";
import { overlay, patch, same } from "../merge.js";
import { announce, waitsForApproval } from "../requests.js";
import { messageOf, say } from "../toast.js";
import { Conditions, Payloads, Variants } from "./parts.js";

/** @param {FeatureFlag} flag */
const partsOf = (flag) => ({ name: flag.name ?? "", filters: structuredClone(flag.filters), tags: flag.tags ?? [] });

/** @param {{ flag: FeatureFlag, etag: string | null, reload: () => void, experiments: Experiment[], may: boolean }} props */
export function FlagEditor({ flag, etag, reload, experiments, may }) {
  // The form keeps the state that it opened with; what others do meanwhile is merged when it is saved.
  const [opened, setOpened] = useState({ flag, etag });
  const [form, setForm] = useState(() => partsOf(flag));
  const isDirty = !same(form, partsOf(opened.flag));
  useEffect(() => guard(() => isDirty), [isDirty]);
  useEffect(() => {
    if (isDirty) return;
    setOpened({ flag, etag });
    setForm(partsOf(flag));
  }, [flag]);
  const setFilters = (/** @type {any} */ changes) => setForm({ ...form, filters: { ...form.filters, ...changes } });
  const variants = form.filters.multivariate?.variants ?? [];
  const running = experiments.filter((one) => one.start_date && !one.end_date);
  const isOthers = isDirty && flag.version !== opened.flag.version;
  const save = async () => {
    const again = (/** @type {any} */ now) => ({ ...changes, ...(changes.filters && { filters: overlay(opened.flag.filters, changes.filters, now.filters) }) });
    const changes = Object.fromEntries(Object.entries(form).filter(([name, value]) => !same(value, partsOf(opened.flag)[/** @type {"name"} */ (name)])));
    const done = await review({ before: opened.flag, after: { ...opened.flag, ...form }, changes, opened, running, again });
    if (done === undefined) return;
    if (done !== "waiting" && done !== true) {
      setOpened({ flag: done, etag: null });
      setForm(partsOf(done));
      say("Saved.");
    } else setForm(partsOf(opened.flag));
    reload();
  };
  return html`<section class="panel"><header><h2>What it serves</h2></header><fieldset class="inside" disabled=${!may}>
      ${isOthers && html`<p class="notice warn" role="status"><${Icon} name="alert" /><span>Somebody changed this flag just now. Saving shows both changes.</span></p>`}
      ${running.map((one) => html`<p class="notice warn" key=${one.id}><${Icon} name="alert" /><span>Changing shares now disturbs <a href=${page(`experiments/${one.id}`)}><bdi>${one.name}</bdi></a>: people move between variants.</span></p>`)}
      <div class="narrow"><${Field} label="Description" optional><input dir="auto" value=${form.name} onInput=${onValue((name) => setForm({ ...form, name }))} /></${Field}></div>
      ${variants.length ? html`<${Variants} variants=${variants} isFixed=${experiments.length > 0} onChange=${(/** @type {any[]} */ next) => setFilters({ multivariate: { ...form.filters.multivariate, variants: next } })} />`
        : html`<p><b>On</b> for everybody below, off for all others. <button type="button" class="link" onClick=${() => setFilters({ multivariate: { variants: [{ key: "control", rollout_percentage: 50 }, { key: "test", rollout_percentage: 50 }] } })}>Use variants instead</button></p>`}
      <${Conditions} groups=${form.filters.groups ?? []} variants=${variants} onChange=${(/** @type {any[]} */ groups) => setFilters({ groups })} />
      ${heldOut(flag) !== null && html`<p class="quiet">Except ${heldOut(flag)} % in the <a href=${flag.filters.holdout?.id ? page(`holdouts/${flag.filters.holdout.id}`) : page("holdouts")}>holdout</a>.</p>`}
      <${Payloads} keys=${variants.length ? variants.map((/** @type {any} */ one) => one.key) : ["true"]} payloads=${form.filters.payloads ?? {}} isEncrypted=${flag.has_encrypted_payloads} onChange=${(/** @type {any} */ payloads) => setFilters({ payloads })} />
      <div class="narrow"><${Field} label="Tags" optional help="Separated by commas."><input value=${form.tags.join(", ")} onChange=${onValue((value) => setForm({ ...form, tags: tagsOf(value) }))} /></${Field}></div></fieldset>
    ${isDirty && html`<${Bar} before=${opened.flag} form=${form} discard=${() => setForm(partsOf(opened.flag))} save=${save} />`}</section>`;
}

/** @param {{ before: any, form: any, discard: () => void, save: () => void }} props */
function Bar({ before, form, discard, save }) {
  const lines = flagDiff(before, { ...before, ...form });
  const problem = flagProblem(form.filters);
  return html`<footer class="foot-bar save-bar" role="status"><span class=${problem ? "error grow" : "grow"}>${problem || `${plural(lines.length, "change")}: ${lines.slice(0, 3).join("; ")}${lines.length > 3 ? "…" : ""}`}</span>
    <button type="button" onClick=${discard}>Discard</button><button type="button" class="primary" disabled=${Boolean(problem)} onClick=${save}>Review and save</button></footer>`;
}

/** @param {{ before: any, after: any, changes: any, opened: any, running: any[], again: (now: any) => any }} subject */
const review = ({ before, after, changes, opened, running, again }) => {
  const path = P(`feature_flags/${before.id}/`);
  // The merge dialog takes the place of this one, so it is asked for afterwards.
  return ask((close) => html`<${DialogForm} title="Save the flag" submit="Save" close=${close} wide onSubmit=${() => ({ isAgreed: true })}>
      <ul class="bullets">${flagDiff(before, after).map((line) => html`<li key=${line}>${line}</li>`)}</ul>
      ${running.length > 0 && html`<p class="notice warn"><${Icon} name="alert" /><span>An experiment runs on this flag: people may move between variants.</span></p>`}
      <details><summary class="small">As JSON</summary><pre class="code block wrap" tabindex="0">${JSON.stringify(changes, null, 2)}</pre></details></${DialogForm}>`)
    .then((answer) => (answer ? send(path, changes, opened, again) : undefined));
};

/** @param {string} path @param {any} changes @param {any} opened @param {(now: any) => any} again */
async function send(path, changes, opened, again) {
  try {
    return await patch(path, changes, { etag: opened.etag, before: opened.flag, again });
  } catch (error) {
    if (waitsForApproval(error)) {
      await announce(error);
      return "waiting";
    }
    say(messageOf(error));
    return undefined;
  }
}
