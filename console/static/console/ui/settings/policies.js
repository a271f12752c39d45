// Which changes need the agreement of others, as sentences.
import { html, onValue, useState } from "../../html.js";
import { change } from "../../api.js";
import { P, isAdmin, nameOf } from "../../session.js";
import { ACTION_CHOICES, policyText } from "../../domain/policy.js";
import { Curl } from "../copy.js";
import { DialogForm, ask } from "../dialog.js";
import { Check, Field, Select } from "../field.js";
import { Icon } from "../icon.js";
import { usePeople } from "../access_rules.js";
import { Empty, Loaded } from "../states.js";
import { tell } from "../toast.js";
import { useRead } from "../use_read.js";

export function Policies() {
  const path = P("approval_policies/?limit=1000");
  const policies = useRead(path);
  const people = usePeople();
  const create = async () => void ((await ask((close) => html`<${Create} close=${close} people=${people} />`)) && policies.reload());
  return html`<section class="panel"><header><h2>Approval policies</h2><${Curl} path=${path} />${isAdmin.value && html`<button type="button" onClick=${create}><${Icon} name="plus" />New policy</button>`}</header>
    <${Loaded} reading=${policies} what="list">${(/** @type {any} */ { results }) => results.length ? html`<ul class="lines">${results.map((/** @type {any} */ one) => html`<li key=${one.id} class="line-up"><span class=${`grow ${one.enabled ? "" : "quiet"}`} dir="auto">${policyText(one, people.called)}${one.enabled ? "" : " (off)"}</span>
        ${isAdmin.value && html`<button type="button" class="bare" onClick=${() => tell(() => change("PATCH", P(`approval_policies/${one.id}/`), { enabled: !one.enabled }), one.enabled ? "The policy is off." : "The policy is on.", policies.reload)}>${one.enabled ? "Turn off" : "Turn on"}</button>
          <button type="button" class="bare" aria-label="Delete the policy" onClick=${() => remove(one, policies.reload)}><${Icon} name="trash" /></button>`}</li>`)}</ul>`
      : html`<${Empty} title="No policy" icon="git"><p>Everybody who may edit changes things at once.</p></${Empty}>`}</${Loaded}></section>`;
}

/** @param {ApprovalPolicy} policy @param {() => void} reload */
async function remove(policy, reload) {
  if (await ask((close) => html`<${DialogForm} title="Delete the policy" submit="Delete" danger close=${close} onSubmit=${() => change("DELETE", P(`approval_policies/${policy.id}/`))}><p>Requests that were made under it keep its rules.</p></${DialogForm}>`)) reload();
}

/** @param {{ close: any, people: any }} props */
function Create({ close, people }) {
  const [form, setForm] = useState({ action: "feature_flag.enable", above: "", quorum: 1, users: /** @type {number[]} */ ([]), roles: /** @type {string[]} */ ([]), own: false });
  const set = (/** @type {any} */ changes) => setForm({ ...form, ...changes });
  const toggle = (/** @type {"users" | "roles"} */ kind, /** @type {any} */ id) => () => set({ [kind]: form[kind].includes(/** @type {never} */ (id)) ? form[kind].filter((one) => one !== id) : [...form[kind], id] });
  const isShare = form.action.endsWith(".update");
  const field = form.action.startsWith("experiment_holdout") ? "exclusion_percentage" : "rollout_percentage";
  const body = {
    action_key: form.action, approver_config: { quorum: form.quorum, users: form.users, roles: form.roles }, allow_self_approve: form.own,
    conditions: isShare && form.above ? { type: "before_after", field, operator: ">", value: Number(form.above) } : {},
  };
  return html`<${DialogForm} title="New policy" submit="Create policy" disabled=${!form.users.length && !form.roles.length} close=${close} onSubmit=${() => change("POST", P("approval_policies/"), body)}>
    <${Field} label="When" attr="action_key"><${Select} value=${form.action} choices=${ACTION_CHOICES} onChange=${(action) => set({ action })} /></${Field}>
    ${isShare && html`<${Field} label="Only when a share passes, in percent" attr="conditions" optional><input type="number" min="0" max="100" value=${form.above} onInput=${onValue((above) => set({ above }))} /></${Field}>`}
    <fieldset><legend class="legend-text">Who may agree</legend><div class="choices">${people.roles.map((/** @type {any} */ one) => html`<${Check} key=${one.id} checked=${form.roles.includes(one.id)} onChange=${toggle("roles", one.id)}>Role ${one.name}</${Check}>`)}
      ${people.members.map((/** @type {any} */ one) => html`<${Check} key=${one.id} checked=${form.users.includes(one.user.id)} onChange=${toggle("users", one.user.id)}>${nameOf(one.user)}</${Check}>`)}</div></fieldset>
    <${Field} label="How many of them" attr="approver_config"><input type="number" min="1" value=${form.quorum} onInput=${onValue((value) => set({ quorum: Number(value) }))} /></${Field}>
    <${Check} checked=${form.own} onChange=${(own) => set({ own })}>Requesters may approve their own changes</${Check}></${DialogForm}>`;
}
