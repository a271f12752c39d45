// The organization: members and invitations, roles, its own settings.
import { html, onValue, useState } from "../html.js";
import { change } from "../api.js";
import { isAdmin, me, nameOf, O, whoAmI } from "../session.js";
import { Curl, copy, mustCopy } from "../ui/copy.js";
import { ask, DialogForm } from "../ui/dialog.js";
import { Check, Field, METHODS, Select } from "../ui/field.js";
import { Icon } from "../ui/icon.js";
import { useObjectForm } from "../ui/object_form.js";
import { Empty, Loaded } from "../ui/states.js";
import { Ago, Time } from "../ui/time.js";
import { useTitle } from "../ui/title.js";
import { tell } from "../ui/toast.js";
import { useRead } from "../ui/use_read.js";

const LEVELS = /** @type {[number, string][]} */ ([[1, "Member"], [8, "Admin"], [15, "Owner"]]);

/** @param {number} level */
const levelText = (level) => LEVELS.find(([value]) => value === level)?.[1] ?? String(level);

export function Members() {
  const path = O("members/?limit=1000");
  const members = useRead(path);
  const invites = useRead(O("invites/?limit=1000"));
  const mayInvite = isAdmin.value || me.value.organization?.members_can_invite;
  if (!members.data) return html`<${Loaded} reading=${members} what="list" />`;
  const invite = async () => void ((await ask((close) => html`<${Invite} close=${close} />`)) && invites.reload());
  return html`<div class="stack"><section class="panel"><header><h2>Members</h2><span class="small">${members.data.count}</span><${Curl} path=${path} />
      ${mayInvite && html`<button type="button" class="primary" onClick=${invite}><${Icon} name="plus" />Invite</button>`}</header>
    <table class="list"><thead><tr><th scope="col" class="wide">Person</th><th scope="col">Level</th><th scope="col">Since</th><th scope="col">Last signed in</th><th scope="col"><span class="sr">Actions</span></th></tr></thead><tbody>
      ${members.data.results.map((/** @type {any} */ one) => html`<${Member} key=${one.id} one=${one} reload=${members.reload} />`)}</tbody></table></section>
    ${invites.data?.results.length > 0 && html`<${Invites} rows=${invites.data.results} reload=${invites.reload} />`}</div>`;
}

/** @param {{ one: any, reload: () => void }} props */
function Member({ one, reload }) {
  const isMe = one.user.uuid === me.value.uuid;
  const path = O(`members/${one.user.uuid}/`);
  const remove = async () => {
    const answer = await ask((close) => html`<${DialogForm} title=${isMe ? "Leave the organization" : `Remove ${nameOf(one.user)}`} submit=${isMe ? "Leave" : "Remove"} danger close=${close} onSubmit=${() => change("DELETE", path)}>
      <p>${isMe ? "You" : "They"} lose access to all its projects at once.</p></${DialogForm}>`);
    if (answer) reload();
  };
  return html`<tr><td class="wide"><b dir="auto">${nameOf(one.user)}</b>${isMe && html` <span class="pill">you</span>`}<span class="small block-text">${one.user.email}</span></td>
    <td><${Select} stored class="auto" aria-label=${`Level of ${one.user.email}`} disabled=${!isAdmin.value || isMe} value=${one.level} choices=${LEVELS}
      onChange=${(level) => tell(() => change("PATCH", path, { level: Number(level) }), "Level saved.", reload)} /></td>
    <td class="num"><${Time} at=${one.joined_at} only="date" /></td><td class="num quiet">${one.last_login ? html`<${Ago} at=${one.last_login} />` : "never"}</td>
    <td class="r">${(isAdmin.value || isMe) && html`<button type="button" class="bare" aria-label=${isMe ? "Leave the organization" : `Remove ${one.user.email}`} onClick=${remove}><${Icon} name=${isMe ? "logout" : "x"} /></button>`}</td></tr>`;
}

/** @param {any} invite */
export const linkOf = (invite) => `${location.origin}/signup/${invite.token}`;

/** Nothing keeps a link: another one is that of another invitation, which takes the place of this one. @param {any} one */
const renew = async ({ target_email, first_name, level, message }) => {
  await copy(linkOf(await change("POST", O("invites/"), { target_email, first_name, level, message, send_email: false })), "Copied the new link");
};

/** @param {{ rows: any[], reload: () => void }} props */
const Invites = ({ rows, reload }) => html`<section class="panel"><header><h2>Invited</h2></header><table class="list"><thead><tr><th scope="col" class="wide">E-mail</th><th scope="col">Level</th><th scope="col">Invited</th><th scope="col"><span class="sr">Actions</span></th></tr></thead><tbody>
  ${rows.map((one) => html`<tr key=${one.id}><td class="wide">${one.target_email}${one.is_expired && html` <span class="pill warn">expired</span>`}</td><td>${levelText(one.level)}</td><td class="num quiet"><${Ago} at=${one.created_at} /> by ${nameOf(one.created_by)}</td>
    <td class="r nowrap"><button type="button" class="bare" onClick=${() => tell(() => renew(one), "The earlier link has ended.", reload)}><${Icon} name="link" />New link</button>
      <button type="button" class="bare" aria-label=${`Take back the invitation of ${one.target_email}`} onClick=${() => tell(() => change("DELETE", O(`invites/${one.id}/`)), "Invitation taken back.", reload)}><${Icon} name="x" /></button></td></tr>`)}</tbody></table></section>`;

/** @param {{ close: any }} props */
function Invite({ close }) {
  const [form, setForm] = useState({ email: "", level: 1 });
  const [made, setMade] = useState(/** @type {any} */ (null));
  if (made) {
    return html`<${DialogForm} title="Invited" submit="Copy link" cancel="Close" close=${() => close(true)} onSubmit=${() => mustCopy(linkOf(made), "Copied the link")}>
      <p>${made.emailing_attempt_made ? "An e-mail is on its way." : "This server sends no e-mail: give them the link."}</p><pre class="code block wrap" tabindex="0">${linkOf(made)}</pre></${DialogForm}>`;
  }
  return html`<${DialogForm} title="Invite somebody" submit="Invite" disabled=${!form.email} close=${(answer) => (answer?.id ? setMade(answer) : close(answer))}
    onSubmit=${() => change("POST", O("invites/"), { target_email: form.email, level: form.level })}>
    <${Field} label="E-mail" attr="target_email"><input type="email" value=${form.email} onInput=${onValue((email) => setForm({ ...form, email }))} /></${Field}>
    <${Field} label="Level" attr="level"><${Select} value=${form.level} choices=${LEVELS.filter(([level]) => level <= (me.value.organization?.membership_level ?? 1))} onChange=${(level) => setForm({ ...form, level: Number(level) })} /></${Field}></${DialogForm}>`;
}

export function Roles() {
  const roles = useRead(O("roles/?limit=1000"));
  const members = useRead(O("members/?limit=1000"));
  if (!roles.data) return html`<${Loaded} reading=${roles} what="list" />`;
  const create = async () => void ((await ask((close) => html`<${Name} close=${close} />`)) && roles.reload());
  return html`<div class="stack"><div class="toolbar"><p class="quiet grow">Policies and access rules can name a role in place of people.</p>${isAdmin.value && html`<button type="button" class="primary" onClick=${create}><${Icon} name="plus" />New role</button>`}</div>
    ${!roles.data.results.length && html`<div class="panel"><${Empty} title="No role yet" icon="users" /></div>`}
    ${roles.data.results.map((/** @type {any} */ role) => html`<${RolePanel} key=${role.id} role=${role} members=${members.data?.results ?? []} reload=${roles.reload} />`)}</div>`;
}

/** @param {{ role: Role, members: any[], reload: () => void }} props */
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
    ${isAdmin.value && others.length > 0 && html`<label class="inline"><span class="sr">Give the role to</span><${Select} stored choices=${[["", "Give it to…"], ...others.map(({ user }) => [user.uuid, nameOf(user)])]}
      onChange=${(user_uuid) => tell(() => change("POST", `${path}role_memberships/`, { user_uuid }), "Role given.", holders.reload)} /></label>`}</div></section>`;
}

/** @param {{ close: any }} props */
function Name({ close }) {
  const [name, setName] = useState("");
  return html`<${DialogForm} title="New role" submit="Create role" disabled=${!name.trim()} close=${close} onSubmit=${() => change("POST", O("roles/"), { name })}>
    <${Field} label="Name" attr="name"><input dir="auto" maxlength="200" value=${name} onInput=${onValue(setName)} /></${Field}></${DialogForm}>`;
}

export function OrganizationSettings() {
  const path = `/api/organizations/${me.value.organization?.id}/`;
  const reading = useRead(path);
  const projects = useRead(O("projects/?limit=1000"));
  if (!reading.data) return html`<${Loaded} reading=${reading} what="organization" />`;
  const create = async () => {
    if (!(await ask((close) => html`<${NewProject} close=${close} />`))) return;
    await whoAmI();
    projects.reload();
  };
  return html`<div class="stack"><${Form} object=${reading.data} etag=${reading.etag} path=${path} reload=${() => { reading.reload(); whoAmI(); }} />
    <section class="panel"><header><h2>Projects</h2>${isAdmin.value && html`<button type="button" onClick=${create}><${Icon} name="plus" />New project</button>`}</header>
      <ul class="lines">${(projects.data?.results ?? []).map((/** @type {any} */ one) => html`<li key=${one.id}><a dir="auto" href=${`/project/${one.id}/experiments`}>${one.name}</a><span class="small">${one.timezone}</span></li>`)}</ul></section></div>`;
}

/** @param {any} one */
const formOf = (one) => ({ name: one.name, members_can_invite: one.members_can_invite, default_experiment_stats_method: one.default_experiment_stats_method ?? "bayesian" });

/** @param {any} options */
function Form(options) {
  const { form, set, save, bar, errorOf, notices } = useObjectForm({ ...options, formOf, changesOf: (/** @type {any} */ value) => value });
  const off = !isAdmin.value;
  return html`<form class="panel" onSubmit=${save} noValidate><header><h2>Settings</h2></header><div class="inside narrow">
    ${notices(["name"])}
    <${Field} label="Name" error=${errorOf("name")}><input dir="auto" maxlength="64" disabled=${off} value=${form.name} onInput=${onValue((name) => set({ name }))} /></${Field}>
    <${Check} checked=${Boolean(form.members_can_invite)} disabled=${off} onChange=${(is) => set({ members_can_invite: is })}>Members may invite people</${Check}>
    <${Field} label="Method of new experiments"><${Select} disabled=${off} value=${form.default_experiment_stats_method} choices=${METHODS} onChange=${(default_experiment_stats_method) => set({ default_experiment_stats_method })} /></${Field}></div>
    ${bar("", off)}</form>`;
}

/** @param {{ close: any }} props */
function NewProject({ close }) {
  const [name, setName] = useState("");
  return html`<${DialogForm} title="New project" submit="Create project" disabled=${!name.trim()} close=${close} onSubmit=${() => change("POST", O("projects/"), { name })}>
    <${Field} label="Name" attr="name"><input dir="auto" maxlength="200" value=${name} onInput=${onValue(setName)} /></${Field}></${DialogForm}>`;
}

const TABS = { members: Members, roles: Roles, settings: OrganizationSettings };

/** @param {{ parts: string[] }} props */
export default function Organization({ parts: [tab = "members"] }) {
  useTitle("Organization");
  const View = TABS[/** @type {keyof typeof TABS} */ (tab)];
  return html`<header class="head"><h1 dir="auto">${me.value.organization?.name ?? "Organization"}</h1></header>
    <nav class="tabs" aria-label="Organization">${Object.keys(TABS).map((name) => html`<a key=${name} href=${`/organization/${name}`} aria-current=${name === tab ? "page" : undefined}>${name[0].toUpperCase() + name.slice(1)}</a>`)}</nav>
    <${View} />`;
}
