// Access rules: who, which level; added, changed and taken away one by one.
import { html, onValue, useEffect, useState } from "../html.js";
import { change, readAll } from "../api.js";
import { O, nameOf } from "../session.js";
import { Field } from "./field.js";
import { Icon } from "./icon.js";
import { tell } from "./toast.js";

const WORDS = /** @type {Record<string, string>} */ ({ none: "no access", viewer: "may look", editor: "may edit", manager: "may edit and give access", member: "member", admin: "admin" });
/** @param {string} level */
const words = (level) => WORDS[level] ?? level;

/** Members and roles, to name whom a rule is about. */
function usePeople() {
  const [people, setPeople] = useState(/** @type {{ members: any[], roles: any[] }} */ ({ members: [], roles: [] }));
  useEffect(() => {
    Promise.all([readAll(O("members/")), readAll(O("roles/")).catch(() => [])]).then(([members, roles]) => setPeople({ members, roles }), () => {});
  }, []);
  return people;
}

/** @param {{ path: string, state: any, reload: () => void, resource?: string }} props */
export function AccessRules({ path, state, reload, resource }) {
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
    <tr><td>Everybody in the project</td><td><${Level} value=${general?.access_level ?? null} state=${state} may=${may} label="Everybody" none=${`the default: ${words(state.default_access_level)}`} onChange=${(/** @type {any} */ access_level) => put({ access_level })} /></td><td></td></tr>
    ${special.map((/** @type {any} */ rule) => html`<tr key=${rule.id ?? nameOfRule(rule)}><td dir="auto">${nameOfRule(rule)}</td>
      <td><${Level} value=${rule.access_level} state=${state} may=${may} label=${nameOfRule(rule)} onChange=${(/** @type {any} */ access_level) => put({ access_level, ...whom(rule) })} /></td>
      <td class="r">${may && html`<button type="button" class="bare" aria-label=${`Remove the rule of ${nameOfRule(rule)}`} onClick=${() => put({ access_level: null, ...whom(rule) })}><${Icon} name="x" /></button>`}</td></tr>`)}</tbody></table>
    ${may && html`<div class="line-up align-end"><div class="grow"><${Field} label="Add a rule for"><select value=${subject} onChange=${onValue(setSubject)}><option value="">Choose…</option>
      ${roles.map((one) => html`<option value=${`role ${one.id}`}>Role ${one.name}</option>`)}${members.map((one) => html`<option value=${`organization_member ${one.id}`}>${nameOf(one.user)}</option>`)}</select></${Field}></div>
      <button type="button" disabled=${!subject} onClick=${() => { const [kind, id] = subject.split(" "); put({ access_level: state.available_access_levels.at(-2), [kind]: id }); setSubject(""); }}>Add</button></div>`}
    <p class="small">You: ${words(state.user_access_level)}. A rule for a person counts before one for a role, and that before the one for everybody.</p></div>`;
}

/** @param {any} rule */
const whom = (rule) => (rule.role ? { role: rule.role } : { organization_member: rule.organization_member });

/** @param {{ value: string | null, state: any, may: boolean, label: string, none?: string, onChange: (level: string | null) => void }} props */
const Level = ({ value, state, may, label, none, onChange }) => html`<select aria-label=${`Level of ${label}`} disabled=${!may} onChange=${onValue((value) => onChange(value || null))}>
  ${none && html`<option value="" selected=${value === null}>${none}</option>`}${state.available_access_levels.map((/** @type {string} */ level) => html`<option value=${level} selected=${level === value}>${words(level)}</option>`)}</select>`;
