// Access rules of one object, of a project and of all things of a kind: who, which level; added, changed and taken away one by one.
import { html, useEffect, useState } from "../html.js";
import { change, readAll } from "../api.js";
import { O, P, nameOf } from "../session.js";
import { Curl } from "./copy.js";
import { Field, Select } from "./field.js";
import { Icon } from "./icon.js";
import { Loaded } from "./states.js";
import { tell } from "./toast.js";
import { useRead } from "./use_read.js";

const WORDS = /** @type {Record<string, string>} */ ({ none: "no access", viewer: "may look", editor: "may edit", manager: "may edit and give access", member: "member", admin: "admin" });
/** @param {string} level */
const words = (level) => WORDS[level] ?? level;

/** Members and roles, to name whom a rule is about. */
export function usePeople() {
  const [{ members, roles }, setPeople] = useState(/** @type {{ members: any[], roles: any[] }} */ ({ members: [], roles: [] }));
  useEffect(() => {
    Promise.all([readAll(O("members/")), readAll(O("roles/")).catch(() => [])]).then(([members, roles]) => setPeople({ members, roles }), () => {});
  }, []);
  const called = (/** @type {"user" | "role"} */ kind, /** @type {any} */ id) =>
    kind === "user" ? nameOf(members.find(({ user }) => user.id === id)?.user ?? { email: `user ${id}` }) : roles.find((one) => one.id === id)?.name ?? "a role";
  return { members, roles, called };
}

/** @param {{ path: string, state: any, reload: () => void, resource?: string }} props */
function AccessRules({ path, state, reload, resource }) {
  const { members, roles } = usePeople();
  const [subject, setSubject] = useState("");
  const may = state.user_can_edit_access_levels;
  const rules = state.access_controls.filter((/** @type {any} */ rule) => !resource || rule.resource === resource);
  const put = (/** @type {any} */ body) => tell(() => change("PUT", path, { ...(resource && { resource }), ...body }), "Access saved.", reload);
  const nameOfRule = (/** @type {any} */ rule) => {
    if (rule.role) return `Role ${roles.find(({ id }) => id === rule.role)?.name ?? rule.role}`;
    if (rule.organization_member) return nameOf(members.find(({ id }) => id === rule.organization_member)?.user ?? { email: rule.organization_member });
    return "Everybody else";
  };
  const general = rules.find((/** @type {any} */ rule) => !rule.role && !rule.organization_member);
  const special = rules.filter((/** @type {any} */ rule) => rule !== general);
  return html`<div class="stack tight"><table class="list"><thead><tr><th scope="col">Who</th><th scope="col">May</th><th scope="col"><span class="sr">Actions</span></th></tr></thead><tbody>
    <tr><td>Everybody in the project</td><td><${Level} value=${general?.access_level ?? null} state=${state} may=${may} label="Everybody" none=${`the default: ${words(state.default_access_level)}`} onChange=${(access_level) => put({ access_level })} /></td><td></td></tr>
    ${special.map((/** @type {any} */ rule) => html`<tr key=${rule.id ?? nameOfRule(rule)}><td dir="auto">${nameOfRule(rule)}</td>
      <td><${Level} value=${rule.access_level} state=${state} may=${may} label=${nameOfRule(rule)} onChange=${(access_level) => put({ access_level, ...whom(rule) })} /></td>
      <td class="r">${may && html`<button type="button" class="bare" aria-label=${`Remove the rule of ${nameOfRule(rule)}`} onClick=${() => put({ access_level: null, ...whom(rule) })}><${Icon} name="x" /></button>`}</td></tr>`)}</tbody></table>
    ${may && html`<div class="line-up align-end"><div class="grow"><${Field} label="Add a rule for"><${Select} value=${subject} onChange=${setSubject}
      choices=${[["", "Choose…"], ...roles.map((one) => [`role ${one.id}`, `Role ${one.name}`]), ...members.map((one) => [`organization_member ${one.id}`, nameOf(one.user)])]} /></${Field}></div>
      <button type="button" disabled=${!subject} onClick=${() => { const [kind, id] = subject.split(" "); put({ access_level: state.available_access_levels.at(-2), [kind]: id }); setSubject(""); }}>Add</button></div>`}
    <p class="small">You: ${words(state.user_access_level)}. A rule for a person counts before one for a role, and that before the one for everybody.</p></div>`;
}

/** @param {any} rule */
const whom = (rule) => (rule.role ? { role: rule.role } : { organization_member: rule.organization_member });

/** @param {{ value: string | null, state: any, may: boolean, label: string, none?: string, onChange: (level: string | null) => void }} props */
const Level = ({ value, state, may, label, none, onChange }) => html`<${Select} stored aria-label=${`Level of ${label}`} disabled=${!may} value=${value} onChange=${(level) => onChange(level || null)}
  choices=${[...(none ? [["", none]] : []), ...state.available_access_levels.map((/** @type {string} */ level) => [level, words(level)])]} />`;

/** Who may do what with one object, and which rule decides. @param {{ resource: string, id: number }} props */
export function Access({ resource, id }) {
  const path = P(`${resource}/${id}/access_controls/`);
  const reading = useRead(path);
  return html`<section class="panel"><header><h2>Access</h2><${Curl} path=${path} /></header>
    <${Loaded} reading=${reading} what="access" rows=${3}>${(/** @type {any} */ state) => html`<div class="inside"><${AccessRules} path=${path} state=${state} reload=${reading.reload} /></div>`}</${Loaded}></section>`;
}

const KINDS = [["experiment", "All experiments"], ["feature_flag", "All feature flags"], ["experiment_saved_metric", "All saved metrics"]];

export function ProjectAccess() {
  const projectPath = P("access_controls/");
  const kindPath = P("resource_access_controls/");
  const whole = useRead(projectPath);
  const kinds = useRead(kindPath);
  return html`<div class="stack"><${Loaded} reading=${whole} what="page">${(/** @type {any} */ state) => html`<section class="panel"><header><h2>The project</h2><${Curl} path=${projectPath} /></header><div class="inside"><${AccessRules} path=${projectPath} state=${state} reload=${whole.reload} /></div></section>`}</${Loaded}>
    <${Loaded} reading=${kinds} what="page">${(/** @type {any} */ state) => KINDS.map(([resource, title]) => html`<section class="panel" key=${resource}><header><h2>${title}</h2></header><div class="inside"><${AccessRules} path=${kindPath} state=${state} reload=${kinds.reload} resource=${resource} /></div></section>`)}</${Loaded}></div>`;
}
