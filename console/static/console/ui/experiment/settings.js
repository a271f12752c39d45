// What can still be set about an experiment, and who may do what.
import { html, onValue, useEffect, useState } from "../../html.js";
import { readAll } from "../../api.js";
import { P, mayEdit, timeZone } from "../../session.js";
import { placeOf, tagsOf } from "../../domain/format.js";
import { planOf, stateOf } from "../../domain/status.js";
import { Access } from "../access_rules.js";
import { Check, Field, METHODS, Select } from "../field.js";
import { useObjectForm } from "../object_form.js";
import { TimeInput } from "../time.js";

const ALPHA = [0.1, 0.05, 0.01];

/** @param {Experiment} experiment */
function formOf(experiment) {
  const { stats_config: stats, exposure_criteria: criteria, scheduling_config: schedule } = experiment;
  const plan = planOf(experiment);
  return {
    name: experiment.name, description: experiment.description ?? "", tags: experiment.tags ?? [], holdout_id: experiment.holdout_id ?? null,
    method: stats?.method ?? "bayesian",
    alpha: stats?.method === "frequentist" ? stats.frequentist?.alpha ?? 0.05 : Number((1 - (stats?.bayesian?.ci_level ?? 0.95)).toFixed(4)),
    isSequential: Boolean(stats?.frequentist?.sequential_testing_enabled),
    filterTestAccounts: criteria?.filterTestAccounts ?? true, multiple: criteria?.multiple_variant_handling ?? "exclude",
    start_date: experiment.start_date ?? "", end_date: experiment.end_date ?? "",
    launch_at: schedule?.launch_at ?? "", end_at: schedule?.end_at ?? "",
    people: plan.people ?? "", days: plan.days ?? "", change: plan.change ?? "",
  };
}

/** @param {ReturnType<typeof formOf>} form @param {Experiment} experiment */
function changesOf(form, experiment) {
  const { launch_at: _launch, end_at: _end, ...schedule } = experiment.scheduling_config ?? {};
  const number = (/** @type {any} */ typed) => (Number(typed) > 0 ? Number(typed) : null);
  const plan = { recommended_sample_size: number(form.people), recommended_running_time: number(form.days), minimum_detectable_effect: number(form.change) };
  const newer = experiment.parameters?.running_time_calculation;
  return {
    name: form.name, description: form.description, tags: form.tags, holdout_id: form.holdout_id,
    ...(form.start_date && { start_date: form.start_date }), ...(form.end_date && { end_date: form.end_date }),
    stats_config: statsOf(experiment.stats_config ?? {}, form),
    exposure_criteria: { ...experiment.exposure_criteria, filterTestAccounts: form.filterTestAccounts, multiple_variant_handling: form.multiple },
    scheduling_config: { ...schedule, ...(form.launch_at && { launch_at: form.launch_at }), ...(form.end_at && { end_at: form.end_at }) },
    parameters: { ...experiment.parameters, ...plan, ...(newer && { running_time_calculation: { ...newer, ...plan } }) },
  };
}

/** @param {any} config @param {any} form */
const statsOf = (config, form) => ({
  ...config, method: form.method,
  ...(form.method === "frequentist" ? { frequentist: { ...config.frequentist, alpha: form.alpha, sequential_testing_enabled: form.isSequential } } : { bayesian: { ...config.bayesian, ci_level: Number((1 - form.alpha).toFixed(4)) } }),
});

/** @param {{ experiment: Experiment, etag: string | null, reload: () => void }} props */
export default function Settings({ experiment, etag, reload }) {
  const { form, set, save, isDirty, bar, errorOf, notices } = useObjectForm({ object: experiment, etag, path: P(`experiments/${experiment.id}/`), reload, formOf, changesOf });
  const [holdouts, setHoldouts] = useState(/** @type {any[]} */ ([]));
  useEffect(() => void readAll(P("experiment_holdouts/")).then(setHoldouts, () => {}), []);
  const put = (/** @type {string} */ name) => onValue((value) => set({ [name]: value }));
  const off = !mayEdit(experiment);
  const zone = placeOf(timeZone.value);
  const isDraft = ["draft", "scheduled"].includes(stateOf(experiment));
  const isFrequentist = form.method === "frequentist";
  return html`<div class="stack"><form class="panel" onSubmit=${save} noValidate><header><h2>Settings</h2></header><div class="inside narrow">
      ${notices(["name", "description", "tags", "holdout_id", "start_date", "end_date"])}
      <${Field} label="Name" error=${errorOf("name")}><input dir="auto" maxlength="400" disabled=${off} value=${form.name} onInput=${put("name")} /></${Field}>
      <${Field} label="Hypothesis" error=${errorOf("description")} optional><textarea dir="auto" maxlength="3000" disabled=${off} value=${form.description} onInput=${put("description")}></textarea></${Field}>
      <${Field} label="Tags" error=${errorOf("tags")} optional help="Separated by commas."><input disabled=${off} value=${form.tags.join(", ")} onChange=${onValue((value) => set({ tags: tagsOf(value) }))} /></${Field}>
      <${Field} label="Holdout" error=${errorOf("holdout_id")} help=${isDraft ? undefined : "Fixed since the launch."}><${Select} disabled=${off || !isDraft} value=${form.holdout_id} choices=${[["", "None"], ...holdouts.map((one) => [one.id, one.name])]} onChange=${(/** @type {string} */ id) => set({ holdout_id: id ? Number(id) : null })} /></${Field}>
      <div class="line-up align-end"><${Field} label="Method"><${Select} disabled=${off} value=${form.method} choices=${METHODS} onChange=${(/** @type {string} */ method) => set({ method })} /></${Field}>
        <${Field} label="Level"><${Select} disabled=${off} value=${form.alpha} choices=${[...new Set([...ALPHA, form.alpha])].map((alpha) => [alpha, `${Number(((1 - alpha) * 100).toFixed(2))} %`])} onChange=${(/** @type {string} */ alpha) => set({ alpha: Number(alpha) })} /></${Field}>
        ${isFrequentist && html`<${Check} disabled=${off} checked=${form.isSequential} onChange=${(/** @type {boolean} */ isSequential) => set({ isSequential })}>Sequential: may be looked at every day</${Check}>`}</div>
      <fieldset disabled=${off}><legend class="legend-text">Plan</legend><div class="line-up align-end">
        <${Field} label="People" optional><input type="number" min="1" value=${form.people} onInput=${put("people")} /></${Field}><${Field} label="Days" optional><input type="number" min="1" value=${form.days} onInput=${put("days")} /></${Field}>
        <${Field} label="Smallest change, %" optional><input type="number" min="0" step="any" value=${form.change} onInput=${put("change")} /></${Field}></div></fieldset>
      <fieldset disabled=${off}><legend class="legend-text">Who counts</legend>
        <${Check} checked=${form.filterTestAccounts} onChange=${(/** @type {boolean} */ filterTestAccounts) => set({ filterTestAccounts })}>Leave test accounts out</${Check}>
        <${Check} checked=${form.multiple === "exclude"} onChange=${(/** @type {boolean} */ is) => set({ multiple: is ? "exclude" : "first_seen" })}>Leave out people who saw several variants<span class="small">Otherwise the first one they saw counts.</span></${Check}></fieldset>
      <div class="line-up align-end">${/** @type {const} */ ([["start_date", "Started"], ["end_date", "Ended"]]).map(([name, text]) => experiment[name] && html`
        <${Field} key=${name} label=${`${text} (${zone})`} error=${errorOf(name)}><${TimeInput} disabled=${off} value=${form[name]} onChange=${(/** @type {string} */ at) => set({ [name]: at })} /></${Field}>`)}
        ${isDraft && html`<${Field} label=${`Launch at (${zone})`} optional><${TimeInput} disabled=${off} value=${form.launch_at} onChange=${(/** @type {string} */ launch_at) => set({ launch_at })} /></${Field}>`}
        ${!experiment.end_date && html`<${Field} label=${`End at (${zone})`} optional><${TimeInput} disabled=${off} value=${form.end_at} onChange=${(/** @type {string} */ end_at) => set({ end_at })} /></${Field}>`}</div>
    </div>${bar(isDirty && "Not saved yet", off)}</form>
    <${Access} resource="experiments" id=${experiment.id} /></div>`;
}
