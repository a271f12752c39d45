// What can still be set about an experiment, and who may do what.
import { html, useEffect, useState } from "../../html.js";
import { readAll, Refusal } from "../../api.js";
import { guard } from "../../router.js";
import { P } from "../../session.js";
import { stateOf } from "../../domain/status.js";
import { Access } from "../access.js";
import { Check, Field } from "../field.js";
import { patch, same } from "../merge.js";
import { announce, waitsForApproval } from "../requests.js";
import { say } from "../toast.js";
import { mayEdit } from "./head.js";

const ALPHA = [0.1, 0.05, 0.01];

/** @param {any} experiment */
const formOf = (experiment) => ({
  name: experiment.name, description: experiment.description ?? "", holdout_id: experiment.holdout_id ?? null,
  method: experiment.stats_config?.method ?? "bayesian",
  alpha: experiment.stats_config?.method === "frequentist" ? experiment.stats_config?.frequentist?.alpha ?? 0.05 : Number((1 - (experiment.stats_config?.bayesian?.ci_level ?? 0.95)).toFixed(4)),
  filterTestAccounts: experiment.exposure_criteria?.filterTestAccounts ?? true,
  multiple: experiment.exposure_criteria?.multiple_variant_handling ?? "exclude",
  launch_at: experiment.scheduling_config?.launch_at ?? "", end_at: experiment.scheduling_config?.end_at ?? "",
});

/** Only what is different. @param {any} experiment @param {any} form */
function changesOf(experiment, form) {
  const before = formOf(experiment);
  /** @type {Record<string, any>} */
  const changes = {};
  for (const field of ["name", "description", "holdout_id"]) if (!same(before[/** @type {"name"} */ (field)], form[field])) changes[field] = form[field];
  if (before.method !== form.method || before.alpha !== form.alpha) changes.stats_config = statsOf(experiment.stats_config ?? {}, form);
  if (before.filterTestAccounts !== form.filterTestAccounts || before.multiple !== form.multiple) {
    changes.exposure_criteria = { ...experiment.exposure_criteria, filterTestAccounts: form.filterTestAccounts, multiple_variant_handling: form.multiple };
  }
  if (before.launch_at !== form.launch_at || before.end_at !== form.end_at) {
    const { launch_at: _launch, end_at: _end, ...rest } = experiment.scheduling_config ?? {};
    changes.scheduling_config = { ...rest, ...(form.launch_at && { launch_at: form.launch_at }), ...(form.end_at && { end_at: form.end_at }) };
  }
  return changes;
}

/** @param {any} config @param {any} form */
const statsOf = (config, form) => ({
  ...config, method: form.method,
  ...(form.method === "frequentist" ? { frequentist: { ...config.frequentist, alpha: form.alpha } } : { bayesian: { ...config.bayesian, ci_level: Number((1 - form.alpha).toFixed(4)) } }),
});

/** A time for <input type=datetime-local>, in the reader's zone. @param {string} iso */
const local = (iso) => (iso ? new Date(Date.parse(iso) - new Date(iso).getTimezoneOffset() * 60_000).toISOString().slice(0, 16) : "");
/** @param {string} text */
const isoOf = (text) => (text ? new Date(text).toISOString() : "");

/** @param {{ experiment: any, etag: string | null, reload: () => void }} props */
export default function Settings({ experiment, etag, reload }) {
  // The form keeps the state it opened with; what others do meanwhile is merged when it is saved.
  const [opened, setOpened] = useState({ experiment, etag });
  const [form, setForm] = useState(() => formOf(experiment));
  const [problem, setProblem] = useState(/** @type {{ attr: string | null, text: string }} */ ({ attr: null, text: "" }));
  const [holdouts, setHoldouts] = useState(/** @type {any[]} */ ([]));
  useEffect(() => void readAll(P("experiment_holdouts/")).then(setHoldouts, () => {}), []);
  const changes = changesOf(opened.experiment, form);
  const isDirty = Object.keys(changes).length > 0;
  useEffect(() => guard(() => isDirty), [isDirty]);
  useEffect(() => {
    if (!isDirty) {
      setOpened({ experiment, etag });
      setForm(formOf(experiment));
    }
  }, [experiment]);
  const set = (/** @type {any} */ more) => setForm({ ...form, ...more });
  const put = (/** @type {string} */ name) => (/** @type {any} */ event) => set({ [name]: event.target.value });
  const errorOf = (/** @type {string} */ attr) => (problem.attr === attr ? problem.text : null);
  const save = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setProblem({ attr: null, text: "" });
    try {
      const now = await patch(P(`experiments/${experiment.id}/`), changes, { etag: opened.etag, before: opened.experiment });
      setForm(formOf(now ?? experiment));
      setOpened({ experiment: now ?? experiment, etag: null });
      if (now) say("Saved.");
      reload();
    } catch (error) {
      if (waitsForApproval(error)) return void announce(error).then(reload);
      if (!(error instanceof Refusal)) throw error;
      setProblem({ attr: error.attr, text: error.message });
    }
  };
  const off = !mayEdit(experiment);
  const isDraft = ["draft", "scheduled"].includes(stateOf(experiment));
  const known = ["name", "description", "holdout_id"];
  return html`<div class="stack"><form class="panel" onSubmit=${save} noValidate><header><h2>Settings</h2></header><div class="inside narrow">
      ${problem.text && !known.includes(problem.attr ?? "") && html`<p class="notice bad" role="alert">${problem.text}</p>`}
      <${Field} label="Name" error=${errorOf("name")}><input dir="auto" maxlength="400" disabled=${off} value=${form.name} onInput=${put("name")} /></${Field}>
      <${Field} label="Hypothesis" error=${errorOf("description")} optional><textarea dir="auto" maxlength="3000" disabled=${off} value=${form.description} onInput=${put("description")}></textarea></${Field}>
      <${Field} label="Holdout" error=${errorOf("holdout_id")} help=${isDraft ? undefined : "Fixed since the launch."}><select disabled=${off || !isDraft} onChange=${(/** @type {any} */ event) => set({ holdout_id: event.target.value ? Number(event.target.value) : null })}>
        <option value="" selected=${form.holdout_id === null}>None</option>${holdouts.map((one) => html`<option key=${one.id} value=${one.id} selected=${one.id === form.holdout_id}>${one.name}</option>`)}</select></${Field}>
      <div class="line-up align-end"><${Field} label="Method"><select disabled=${off} onChange=${put("method")}><option value="bayesian" selected=${form.method === "bayesian"}>Bayesian</option><option value="frequentist" selected=${form.method === "frequentist"}>Frequentist</option></select></${Field}>
        <${Field} label="Level"><select disabled=${off} onChange=${(/** @type {any} */ event) => set({ alpha: Number(event.target.value) })}>${[...new Set([...ALPHA, form.alpha])].map((alpha) => html`<option value=${alpha} selected=${alpha === form.alpha}>${Number(((1 - alpha) * 100).toFixed(2))} %</option>`)}</select></${Field}></div>
      <fieldset disabled=${off}><legend class="legend-text">Who counts</legend>
        <${Check} checked=${form.filterTestAccounts} onChange=${(/** @type {boolean} */ filterTestAccounts) => set({ filterTestAccounts })}>Leave test accounts out</${Check}>
        <${Check} checked=${form.multiple === "exclude"} onChange=${(/** @type {boolean} */ is) => set({ multiple: is ? "exclude" : "first_seen" })}>Leave out people who saw several variants<span class="small">Otherwise the first one they saw counts.</span></${Check}></fieldset>
      <div class="line-up align-end">${isDraft && html`<${Field} label="Launch at" optional><input type="datetime-local" disabled=${off} value=${local(form.launch_at)} onInput=${(/** @type {any} */ event) => set({ launch_at: isoOf(event.target.value) })} /></${Field}>`}
        ${!experiment.end_date && html`<${Field} label="End at" optional><input type="datetime-local" disabled=${off} value=${local(form.end_at)} onInput=${(/** @type {any} */ event) => set({ end_at: isoOf(event.target.value) })} /></${Field}>`}</div>
    </div><footer class="foot-bar"><span class="small">${isDirty ? "Not saved yet" : ""}</span><button type="button" disabled=${!isDirty} onClick=${() => setForm(formOf(opened.experiment))}>Discard</button><button class="primary" disabled=${!isDirty || off}>Save</button></footer></form>
    <${Access} resource="experiments" id=${experiment.id} /></div>`;
}
