// Roles: groups of people that policies and access rules name.
import { html, useState } from "../../html.js";
import { change } from "../../api.js";
import { O, isAdmin, nameOf } from "../../session.js";
import { DialogForm, ask } from "../dialog.js";
import { Field } from "../field.js";
import { Icon } from "../icon.js";
import { Empty, Failed, Skeleton } from "../states.js";
import { useRead } from "../use_read.js";
import { tell } from "./members.js";

export function Roles() {
  const roles = useRead(O("roles/?limit=1000"));
  const members = useRead(O("members/?limit=1000"));
  if (roles.error) return html`<${Failed} error=${roles.error} what="list" retry=${roles.reload} />`;
  if (!roles.data) return html`<${Skeleton} />`;
  const create = async () => void ((await ask((close) => html`<${Name} close=${close} />`)) && roles.reload());
  return html`<div class="stack"><div class="toolbar"><p class="quiet grow">Policies and access rules can name a role in place of people.</p>${isAdmin.value && html`<button type="button" class="primary" onClick=${create}><${Icon} name="plus" />New role</button>`}</div>
    ${!roles.data.results.length && html`<div class="panel"><${Empty} title="No role yet" icon="users" /></div>`}
    ${roles.data.results.map((/** @type {any} */ role) => html`<${RolePanel} key=${role.id} role=${role} members=${members.data?.results ?? []} reload=${roles.reload} />`)}</div>`;
}

/** @param {{ role: any, members: any[], reload: () => void }} props */
function RolePanel({ role, members, reload }) {
  const path = O(`roles/${role.id}/`);
  const holders = useRead(`${path}role_memberships/?limit=1000`);
  const rows = holders.data?.results ?? [];
  const others = members.filter(({ user }) => !rows.some((/** @type {any} */ one) => one.user.uuid === user.uuid));
  const remove = async () => {
    if (await ask((close) => html`<${DialogForm} title=${`Delete the role ${role.name}`} submit="Delete" danger close=${close} onSubmit=${() => change("DELETE", path)}><p>Rules and policies that name it lose it.</p></${DialogForm}>`)) reload();
  };
  return html`<section class="panel"><header><h2 dir="auto">${role.name}</h2>${isAdmin.value && html`<button type="button" class="bare" onClick=${remove}>Delete…</button>`}</header><div class="inside">
    <div class="chips">${rows.map((/** @type {any} */ one) => html`<span class="chip" key=${one.id} dir="auto">${nameOf(one.user)}${isAdmin.value && html`<button type="button" aria-label=${`Take the role from ${nameOf(one.user)}`} onClick=${() => tell(() => change("DELETE", `${path}role_memberships/${one.id}/`), "Role taken away.", holders.reload)}><${Icon} name="x" /></button>`}</span>`)}
      ${!rows.length && html`<span class="quiet">nobody</span>`}</div>
    ${isAdmin.value && others.length > 0 && html`<label class="inline"><span class="sr">Give the role to</span><select value="" onChange=${(/** @type {any} */ event) => event.target.value && tell(() => change("POST", `${path}role_memberships/`, { user_uuid: event.target.value }), "Role given.", holders.reload)}>
      <option value="">Give it to…</option>${others.map(({ user }) => html`<option key=${user.uuid} value=${user.uuid}>${nameOf(user)}</option>`)}</select></label>`}</div></section>`;
}

/** @param {{ close: any }} props */
function Name({ close }) {
  const [name, setName] = useState("");
  return html`<${DialogForm} title="New role" submit="Create role" disabled=${!name.trim()} close=${close} onSubmit=${() => change("POST", O("roles/"), { name })}>
    <${Field} label="Name"><input dir="auto" maxlength="200" value=${name} onInput=${(/** @type {any} */ event) => setName(event.target.value)} /></${Field}></${DialogForm}>`;
}
