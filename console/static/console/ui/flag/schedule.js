// What happens to a flag at a later time.
import { html, onValue, useState } from "../../html.js";
import { change } from "../../api.js";
import { P, timeZone } from "../../session.js";
import { isoOfInput, placeOf } from "../../domain/format.js";
import { DialogForm, ask } from "../dialog.js";
import { Field, Select } from "../field.js";
import { Icon } from "../icon.js";
import { Loaded } from "../states.js";
import { Time } from "../time.js";
import { say } from "../toast.js";
import { useRead } from "../use_read.js";

/** @param {any} payload */
const operationText = ({ operation, value }) => operation === "update_status" ? (value ? "Turn on" : "Turn off") : operation === "update_variants" ? "Replace the variants" : "Add a condition";

/** @param {ScheduledChange} change */
const recurrenceText = ({ is_recurring: recurs, recurrence_interval: interval, cron_expression: cron }) => `${cron || interval || ""}${(cron || interval) && !recurs ? ", paused" : ""}`;

const EVERY = [["", "Once"], ["daily", "Every day"], ["weekly", "Every week"], ["monthly", "Every month"], ["yearly", "Every year"], ["cron", "By cron"]];

/** @param {{ flag: FeatureFlag, may: boolean }} props */
export default function Schedule({ flag, may }) {
  const reading = useRead(P(`scheduled_changes/?model_name=FeatureFlag&record_id=${flag.id}&limit=100`), 30);
  const add = async () => {
    const made = await ask((close) => html`<${Create} flag=${flag} close=${close} />`);
    if (made === undefined) return;
    say("Scheduled.");
    reading.reload();
  };
  return html`<section class="panel"><header><h2>Scheduled changes</h2>${may && html`<button type="button" onClick=${add}><${Icon} name="plus" />Schedule a change</button>`}</header>
    <${Loaded} reading=${reading} what="list" rows=${3}>${(/** @type {{ results: ScheduledChange[] }} */ { results }) => results.length
      ? html`<ul class="lines">${results.map((one) => html`<${Row} key=${one.id} one=${one} may=${may} reload=${reading.reload} />`)}</ul>` : html`<p class="inside-text quiet">Nothing is scheduled.</p>`}</${Loaded}></section>`;
}

/** @param {{ one: ScheduledChange, may: boolean, reload: () => void }} props */
const Row = ({ one, may, reload }) => html`<li class="line-up"><span class="grow"><b>${operationText(one.payload)}</b>
    <span class="small block-text">${one.executed_at ? html`${one.failure_reason ? "given up" : "done"} <${Time} at=${one.executed_at} zone />` : html`<${Time} at=${one.scheduled_at} zone />`}${recurrenceText(one) && `, ${recurrenceText(one)}`}</span>
    ${one.failure_reason && html`<span class="small block-text">${one.failure_reason}</span>`}</span>
  ${may && !one.executed_at && html`<button type="button" class="small-one" onClick=${() => cancel(one, reload)}>Cancel…</button>`}</li>`;

/** @param {ScheduledChange} one @param {() => void} reload */
async function cancel(one, reload) {
  const answer = await ask((close) => html`<${DialogForm} title="Cancel the scheduled change" submit="Cancel the change" cancel="Keep it" danger close=${close} onSubmit=${() => change("DELETE", P(`scheduled_changes/${one.id}/`))}><p>${operationText(one.payload)}</p></${DialogForm}>`);
  if (answer !== undefined) reload();
}

/** @param {{ flag: FeatureFlag, close: any }} props */
function Create({ flag, close }) {
  const [form, setForm] = useState({ on: !flag.active, at: "", every: "", cron: "0 9 * * 1" });
  const put = (/** @type {string} */ name) => onValue((value) => setForm({ ...form, [name]: value }));
  const send = () => change("POST", P("scheduled_changes/"), {
    model_name: "FeatureFlag", record_id: String(flag.id), payload: { operation: "update_status", value: form.on },
    scheduled_at: isoOfInput(form.at, timeZone.value), is_recurring: form.every !== "",
    ...(form.every === "cron" ? { cron_expression: form.cron } : form.every && { recurrence_interval: form.every }),
  });
  return html`<${DialogForm} title=${`Schedule a change of ${flag.key}`} submit="Schedule" disabled=${!form.at} close=${close} onSubmit=${send}>
    <${Field} label="What"><${Select} value=${form.on} choices=${[[true, "Turn it on"], [false, "Turn it off"]]} onChange=${(/** @type {string} */ on) => setForm({ ...form, on: on === "true" })} /></${Field}>
    <${Field} label="When" attr="scheduled_at" help=${`In the project's time zone, ${placeOf(timeZone.value)}.`}><input type="datetime-local" required value=${form.at} onInput=${put("at")} /></${Field}>
    <${Field} label="How often" attr="recurrence_interval"><${Select} value=${form.every} choices=${EVERY} onChange=${(/** @type {string} */ every) => setForm({ ...form, every })} /></${Field}>
    ${form.every === "cron" && html`<${Field} label="Cron expression" attr="cron_expression" help="In the project's time zone."><input maxlength="100" class="mono" value=${form.cron} onInput=${put("cron")} /></${Field}>`}</${DialogForm}>`;
}
