// The steps of an experiment's life, each with what it will do to people.
import { html, onValue, useState } from "../../html.js";
import { change } from "../../api.js";
import { navigate } from "../../router.js";
import { P, page, projectId, projects } from "../../session.js";
import { isSplitOff } from "../../domain/exposures.js";
import { intervalText } from "../../domain/format.js";
import { metricName } from "../../domain/metric_text.js";
import { capital, distrusted, isAbsolute, reading, writerOf } from "../../domain/reading.js";
import { metricsOf, planOf, variantsOf } from "../../domain/status.js";
import { DialogForm, ask } from "../dialog.js";
import { Check, Field, Radio, Select } from "../field.js";
import { say } from "../toast.js";
import { useRead } from "../use_read.js";
import { resultsPath } from "./use_results.js";

/** @typedef {{ experiment: Experiment, etag: string | null }} Subject */

/** @param {Subject} subject @param {string} step @param {any} [body] */
const take = ({ experiment, etag }, step, body = {}) => change("POST", P(`experiments/${experiment.id}/${step}/`), body, { etag });

/** @param {(close: any) => any} dialog @param {() => void} reload @param {string} done */
async function run(dialog, reload, done) {
  const answer = await ask(dialog);
  if (answer && answer !== "waiting") say(done);
  // Also after a refusal: somebody may have been faster.
  reload();
}

/** @param {Experiment} experiment */
function missingOf(experiment) {
  return [
    !metricsOf(experiment, "primary").length && "There is no primary metric.",
    !planOf(experiment).days && "There is no plan that says how long to run.",
    !experiment.description && "There is no hypothesis.",
  ].filter(Boolean);
}

/** @param {Subject} subject @param {() => void} reload */
export const launch = (subject, reload) => run((close) => {
  const missing = missingOf(subject.experiment);
  return html`<${DialogForm} title="Launch the experiment" submit="Launch" close=${close} onSubmit=${() => take(subject, "launch")}>
    <p>People start seeing variants now. Variants, holdout and flag key are fixed from then on.</p>
    ${missing.length > 0 && html`<div class="notice warn"><div><b>Missing</b><ul>${missing.map((text) => html`<li>${text}</li>`)}</ul></div></div>`}</${DialogForm}>`;
}, reload, "The experiment runs.");

/** @param {Subject} subject @param {() => void} reload */
export const pause = (subject, reload) => run((close) => html`
  <${DialogForm} title="Pause the experiment" submit="Pause" close=${close} onSubmit=${() => take(subject, "pause")}>
    <p>The flag is switched off: everybody sees what your code shows without it. People already counted go on counting.</p></${DialogForm}>`,
reload, "The experiment is paused.");

/** @param {Subject} subject @param {() => void} reload */
export const resume = (subject, reload) => run((close) => html`
  <${DialogForm} title="Resume the experiment" submit="Resume" close=${close} onSubmit=${() => take(subject, "resume")}>
    <p>The flag is switched on again: people see the variants they had.</p></${DialogForm}>`,
reload, "The experiment runs again.");

/** @param {Subject} subject @param {() => void} reload */
export const freeze = (subject, reload) => run((close) => html`
  <${DialogForm} title="Let nobody new in" submit="Let nobody new in" close=${close} onSubmit=${() => take(subject, "freeze_exposure")}>
    <p>Whoever was exposed keeps their variant. Everybody else sees what your code shows without it.</p></${DialogForm}>`,
reload, "Nobody new takes part.");

/** @param {Subject} subject @param {() => void} reload */
export const unfreeze = (subject, reload) => run((close) => html`
  <${DialogForm} title="Let new people in again" submit="Let new people in" close=${close} onSubmit=${() => take(subject, "unfreeze_exposure")}>
    <p>The flag serves as before.</p></${DialogForm}>`,
reload, "New people take part again.");

const CONCLUSIONS = [["", "Choose…"], ["won", "Won"], ["lost", "Lost"], ["inconclusive", "Inconclusive"], ["stopped_early", "Stopped early"], ["invalid", "Invalid"]];

/** @param {{ value: { conclusion: string, comment: string }, onChange: (value: any) => void }} props */
export const Conclusion = ({ value, onChange }) => html`
  <${Field} label="Conclusion" optional><${Select} value=${value.conclusion} choices=${CONCLUSIONS} onChange=${(/** @type {string} */ conclusion) => onChange({ ...value, conclusion })} /></${Field}>
  <${Field} label="Comment" optional><textarea dir="auto" value=${value.comment} maxlength="4000"
    onInput=${onValue((comment) => onChange({ ...value, comment }))}></textarea></${Field}>`;

/** @param {{ conclusion: string, comment: string }} value */
const bodyOf = ({ conclusion, comment }) => ({ ...(conclusion && { conclusion }), ...(comment && { conclusion_comment: comment }) });

/** @param {{ subject: Subject, close: any }} props */
function EndForm({ subject, close }) {
  const [value, setValue] = useState({ conclusion: "", comment: "" });
  return html`<${DialogForm} title="End the experiment" submit="End experiment" close=${close} onSubmit=${() => take(subject, "end", bodyOf(value))}>
    <p>Counting stops. The flag stays: people keep their variants.</p><${Conclusion} value=${value} onChange=${setValue} /></${DialogForm}>`;
}

/** @param {Subject} subject @param {() => void} reload */
export const end = (subject, reload) => run((close) => html`<${EndForm} subject=${subject} close=${close} />`, reload, "The experiment has ended.");

/** What is said of each variant by the primary metrics. @param {Experiment} experiment @param {Overview | undefined} overview @returns {Record<string, string>} */
function readingsOf(experiment, overview) {
  const isOff = isSplitOff(overview?.exposures);
  const told = metricsOf(experiment, "primary").flatMap((metric) => {
    const result = overview?.metrics.find((/** @type {any} */ one) => one.uuid === metric.uuid)?.result;
    return (result?.variant_results ?? []).map((/** @type {any} */ side) => {
      const said = distrusted(reading(metric, result.baseline, side), isOff);
      return [side.key, `${metricName(metric)}: ${capital(said.word)}${said.interval ? ` (${intervalText(said.interval, writerOf(isAbsolute(experiment), metric))})` : ""}`];
    });
  });
  return Object.fromEntries(variantsOf(experiment).map(({ key }) => [key, told.filter(([name]) => name === key).map(([, text]) => text).join("; ")]));
}

/** @param {{ subject: Subject, close: any }} props */
function ShipForm({ subject, close }) {
  const { experiment } = subject;
  const readings = readingsOf(experiment, useRead(resultsPath(experiment)).data);
  const [variant, setVariant] = useState("");
  const [isForAll, setForAll] = useState(true);
  const [value, setValue] = useState({ conclusion: "", comment: "" });
  const before = variantsOf(experiment).map(({ key, rollout_percentage }) => `${key} ${rollout_percentage} %`).join(", ");
  const send = () => take(subject, "ship_variant", { variant_key: variant, release_to_everyone: isForAll, ...bodyOf(value) });
  return html`<${DialogForm} title="Ship a variant" submit=${variant ? `Ship ${variant}${isForAll ? " to everyone" : ""}` : "Ship a variant"} disabled=${!variant} close=${close} onSubmit=${send}>
    <fieldset><legend class="legend-text">Which one?</legend>${variantsOf(experiment).map(({ key }) => html`
      <${Radio} key=${key} name="variant" value=${key} checked=${variant === key} onChange=${setVariant}>${key}${readings[key] && html`<span class="small">${readings[key]}</span>`}</${Radio}>`)}</fieldset>
    <${Check} checked=${isForAll} onChange=${setForAll}>To everyone, also people outside the conditions<span class="small">Otherwise the conditions of the flag stay and decide who gets it.</span></${Check}>
    ${variant && html`<p>Flag <code>${experiment.feature_flag_key}</code>: ${before} → <b>${variant} 100 %</b>${isForAll ? ", everyone" : ", same conditions"}.
      ${experiment.holdout ? " Holdout people stay held out." : ""}${experiment.end_date ? "" : " The experiment ends."}</p>`}
    <${Conclusion} value=${value} onChange=${setValue} /></${DialogForm}>`;
}

/** @param {Subject} subject @param {() => void} reload */
export const ship = (subject, reload) => run((close) => html`<${ShipForm} subject=${subject} close=${close} />`, reload, "The variant is shipped.");

/** @param {{ subject: Subject, close: any }} props */
function ResetForm({ subject, close }) {
  const [typed, setTyped] = useState("");
  const { name } = subject.experiment;
  return html`<${DialogForm} title="Reset to draft" submit="Reset to draft" danger disabled=${typed !== name} close=${close} onSubmit=${() => take(subject, "reset")}>
    <p>Dates and conclusion are cleared; events stay. The flag stays as it is.</p>
    <${Field} label=${html`Type <bdi>${name}</bdi> to confirm`}><input dir="auto" value=${typed} onInput=${onValue(setTyped)} /></${Field}></${DialogForm}>`;
}

/** @param {Subject} subject @param {() => void} reload */
export const reset = (subject, reload) => run((close) => html`<${ResetForm} subject=${subject} close=${close} />`, reload, "It is a draft again.");

/** Where an experiment can be copied to. */
export const otherProjects = () => projects.value.filter((/** @type {any} */ { id }) => id !== projectId.value);

/** @param {{ experiment: Experiment, close: any }} props */
function CopyForm({ experiment, close }) {
  const [form, setForm] = useState({ target: otherProjects()[0].id, name: experiment.name, key: experiment.feature_flag_key });
  const put = (/** @type {string} */ name) => onValue((value) => setForm({ ...form, [name]: value }));
  const send = async () => {
    const body = { target_team_id: Number(form.target), name: form.name, feature_flag_key: form.key };
    const { id } = await change("POST", P(`experiments/${experiment.id}/copy_to_project/`), body);
    navigate(`/project/${form.target}/experiments/${id}`);
  };
  return html`<${DialogForm} title="Copy to another project" submit="Copy" close=${close} onSubmit=${send}>
    <p>The copy is a draft there, without results and holdout.</p>
    <${Field} label="Project"><${Select} value=${form.target} choices=${otherProjects().map((/** @type {any} */ { id, name }) => [id, name])} onChange=${(/** @type {string} */ target) => setForm({ ...form, target })} /></${Field}>
    <${Field} label="Name"><input dir="auto" maxlength="400" value=${form.name} onInput=${put("name")} /></${Field}>
    <${Field} label="Flag key" help="A flag that has it there is taken as it is."><input class="code" spellcheck="false" maxlength="400" value=${form.key} onInput=${put("key")} /></${Field}></${DialogForm}>`;
}

/** @param {Experiment} experiment */
export const copyElsewhere = (experiment) => void ask((close) => html`<${CopyForm} experiment=${experiment} close=${close} />`);

/** @param {Experiment} experiment */
export async function remove(experiment) {
  const path = P(`experiments/${experiment.id}/`);
  await change("PATCH", path, { deleted: true });
  navigate(page("experiments"), { force: true });
  say(`Deleted “${experiment.name}”.`, async () => {
    await change("PATCH", path, { deleted: false });
    navigate(page(`experiments/${experiment.id}`));
  });
}
