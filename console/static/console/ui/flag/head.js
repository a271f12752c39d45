// A flag's name, whether it is on, what can be done with it, and what happens to it at a later time.
import { html, onValue, useState } from "../../html.js";
import { change } from "../../api.js";
import { navigate } from "../../router.js";
import { P, nameOf, page, timeZone } from "../../session.js";
import { isoOfInput, placeOf } from "../../domain/format.js";
import { CopyCode, showCurl } from "../copy.js";
import { DialogForm, ask } from "../dialog.js";
import { Field, Select } from "../field.js";
import { Icon } from "../icon.js";
import { Menu } from "../menu.js";
import { Waiting } from "../state.js";
import { Loaded } from "../states.js";
import { Ago, Time } from "../time.js";
import { say } from "../toast.js";
import { useRead } from "../use_read.js";

/** @param {{ flag: FeatureFlag, etag: string | null, reload: () => void, pending: any[], experiments: Experiment[], may: boolean }} props */
export const FlagHead = ({ flag, etag, reload, pending, experiments, may }) => html`<header class="head"><div class="row"><h1><${CopyCode} text=${flag.key} /></h1>
    <div class="actions"><a class="button" href=${page(`feature_flags/${flag.id}/test`)}><${Icon} name="test" />Test a person</a>
      ${may && !flag.archived && html`<button type="button" onClick=${() => turn(flag, etag, experiments, reload)}>${flag.active ? "Turn off…" : "Turn on…"}</button>`}
      <${Menu} label="More actions" items=${[
        { text: "Show as curl", icon: "terminal", run: () => showCurl("GET", P(`feature_flags/${flag.id}/`)) },
        may && !flag.archived && { text: "Archive…", icon: "archive", run: () => archive(flag, etag, reload) },
        may && flag.archived && { text: "Unarchive", icon: "undo", run: () => unarchive(flag, etag, reload) },
        may && { text: "Delete…", icon: "trash", danger: true, disabled: flag.active ? "Turn it off first." : undefined, run: () => remove(flag) },
      ]} /></div></div>
  ${flag.name && html`<p class="hypothesis" dir="auto">${flag.name}</p>`}
  <div class="meta"><span class=${`state ${flag.active ? "on" : "off"}`}>${flag.active ? "On" : "Off"}</span>${flag.archived && html`<span class="pill">archived</span>`}${pending.length > 0 && html`<${Waiting} href=${page(`change_requests/${pending[0].id}`)} />`}
    <span>Version ${flag.version}</span><span>changed <${Ago} at=${flag.updated_at ?? flag.created_at} /> by <bdi>${nameOf(flag.last_modified_by ?? flag.created_by)}</bdi></span>
    ${experiments.map((one) => html`<span key=${one.id}>Experiment <a href=${page(`experiments/${one.id}`)}><bdi>${one.name}</bdi></a></span>`)}
    <span>${flag.last_called_at ? html`called <${Ago} at=${flag.last_called_at} />` : "never called"}</span>
    ${!may && html`<span class="pill" title="You may look at this, not change it.">view only</span>`}</div></header>`;

/** @param {FeatureFlag} flag @param {string | null} etag @param {any[]} experiments @param {() => void} reload */
async function turn(flag, etag, experiments, reload) {
  const running = experiments.filter((one) => one.start_date && !one.end_date);
  const to = !flag.active;
  const answer = await ask((close) => html`<${DialogForm} title=${to ? `Turn ${flag.key} on` : `Turn ${flag.key} off`} submit=${to ? "Turn on" : "Turn off"} danger=${!to} close=${close}
    onSubmit=${() => change("PATCH", P(`feature_flags/${flag.id}/`), { active: to }, { etag })}>
    <p>${to ? "People start to get what it serves." : "Everyone gets the code's fallback."}</p>
    ${running.map((one) => html`<p class="notice warn" key=${one.id}><${Icon} name="alert" /><span>Running experiment: <b>${one.name}</b>. ${to ? "It goes on." : "It is paused by this."}</span></p>`)}</${DialogForm}>`);
  if (answer && answer !== "waiting") say(to ? "The flag is on." : "The flag is off.");
  reload();
}

/** @param {FeatureFlag} flag @param {string | null} etag @param {() => void} reload */
async function archive(flag, etag, reload) {
  const answer = await ask((close) => html`<${DialogForm} title=${`Archive ${flag.key}`} submit="Archive" danger=${flag.active} close=${close} onSubmit=${() => change("POST", P(`feature_flags/${flag.id}/archive/`), {}, { etag })}>
    <p>${flag.active ? "It is turned off: everyone gets the code's fallback. " : ""}Lists leave it out.</p></${DialogForm}>`);
  if (answer && answer !== "waiting") say(`Archived ${flag.key}.`, async () => unarchive(flag, null, reload));
  reload();
}

/** @param {FeatureFlag} flag @param {string | null} etag @param {() => void} reload */
async function unarchive(flag, etag, reload) {
  await change("POST", P(`feature_flags/${flag.id}/unarchive/`), {}, { etag });
  reload();
}

/** @param {FeatureFlag} flag */
async function remove(flag) {
  const path = P(`feature_flags/${flag.id}/`);
  const answer = await ask((close) => html`<${DialogForm} title=${`Delete ${flag.key}`} submit="Delete" danger close=${close} onSubmit=${() => change("PATCH", path, { deleted: true })}>
    <p>Code that asks for it gets its fallback. It can be restored.</p></${DialogForm}>`);
  if (answer === undefined || answer === "waiting") return;
  navigate(page("feature_flags"), { force: true });
  say(`Deleted ${flag.key}.`, async () => {
    await change("PATCH", path, { deleted: false });
    navigate(page(`feature_flags/${flag.id}`));
  });
}

/** @param {any} payload */
const operationText = ({ operation, value }) => operation === "update_status" ? (value ? "Turn on" : "Turn off") : operation === "update_variants" ? "Replace the variants" : "Add a condition";

/** @param {ScheduledChange} change */
const recurrenceText = ({ is_recurring: recurs, recurrence_interval: interval, cron_expression: cron }) => `${cron || interval || ""}${(cron || interval) && !recurs ? ", paused" : ""}`;

const EVERY = [["", "Once"], ["daily", "Every day"], ["weekly", "Every week"], ["monthly", "Every month"], ["yearly", "Every year"], ["cron", "By cron"]];

/** @param {{ flag: FeatureFlag, may: boolean }} props */
export function Schedule({ flag, may }) {
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
    <${Field} label="What"><${Select} value=${form.on} choices=${[[true, "Turn it on"], [false, "Turn it off"]]} onChange=${(on) => setForm({ ...form, on: on === "true" })} /></${Field}>
    <${Field} label="When" attr="scheduled_at" help=${`In the project's time zone, ${placeOf(timeZone.value)}.`}><input type="datetime-local" required value=${form.at} onInput=${put("at")} /></${Field}>
    <${Field} label="How often" attr="recurrence_interval"><${Select} value=${form.every} choices=${EVERY} onChange=${(every) => setForm({ ...form, every })} /></${Field}>
    ${form.every === "cron" && html`<${Field} label="Cron expression" attr="cron_expression" help="In the project's time zone."><input maxlength="100" class="mono" value=${form.cron} onInput=${put("cron")} /></${Field}>`}</${DialogForm}>`;
}
