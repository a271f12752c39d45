// What would this person get? Asked as an SDK asks; no exposure is sent.
import { html, onValue, useState } from "../../html.js";
import { Refusal, call } from "../../api.js";
import { P, project } from "../../session.js";
import { told } from "../../domain/evaluation.js";
import { Curl } from "../copy.js";
import { Field } from "../field.js";
import { Icon } from "../icon.js";
import { Loaded } from "../states.js";
import { useRead } from "../use_read.js";
import { payloadProblem } from "./parts.js";
import { Serve } from "./serve.js";

/** @typedef {{ name: string, id: string, rows: { key: string, value: string }[] }} Subject a person or, with the name of its type, a group */

/** The person, and a group of each type that a condition is about. @param {FeatureFlag} flag @param {any[]} types @returns {Subject[]} */
function subjectsOf(flag, types) {
  const groups = /** @type {any[]} */ (flag.filters?.groups ?? []);
  return [{ group_type: "", group_type_index: null }, ...types].flatMap(({ group_type: name, group_type_index: index }) => {
    const about = groups.filter((group) => (group.aggregation_group_type_index ?? null) === index);
    const keys = about.flatMap((group) => group.properties ?? []).filter(({ type }) => type !== "cohort" && type !== "flag").map(({ key }) => key);
    return name && !about.length ? [] : { name, id: "", rows: [...new Set(keys), ""].map((key) => ({ key, value: "" })) };
  });
}

/** @param {Subject} subject */
const propertiesOf = ({ rows }) => Object.fromEntries(rows.filter(({ key, value }) => key && value !== "").map(({ key, value }) => [key, typed(value)]));

/** @param {{ flag: FeatureFlag }} props */
export default function TestPerson({ flag }) {
  const types = useRead(P("groups_types/"));
  return html`<${Loaded} reading=${types} what="page">${(/** @type {any[]} */ data) => html`<${Test} flag=${flag} types=${data} />`}</${Loaded}>`;
}

/** @param {{ flag: FeatureFlag, types: any[] }} props */
function Test({ flag, types }) {
  const [subjects, setSubjects] = useState(() => subjectsOf(flag, types));
  const [json, setJson] = useState(/** @type {string | null} */ (null));
  const [state, setState] = useState(/** @type {{ answer: any, error: string }} */ ({ answer: null, error: "" }));
  const [person, ...groups] = subjects;
  const ofGroups = (/** @type {(group: Subject) => any} */ what) => Object.fromEntries(groups.filter(({ id }) => id).map((group) => [group.name, what(group)]));
  const asked = { distinct_id: person.id || "somebody", person_properties: propertiesOf(person), groups: ofGroups(({ id }) => id), group_properties: ofGroups(propertiesOf) };
  const problem = json === null ? "" : payloadProblem(json || "-");
  const body = { token: project.value?.api_token, flag_keys_to_evaluate: [flag.key], ...(json === null ? asked : problem ? {} : JSON.parse(json)) };
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    try {
      const { data } = await call("POST", "/flags?v=2", body);
      setState({ answer: told(flag, data.flags[flag.key]), error: "" });
    } catch (error) {
      setState({ answer: null, error: error instanceof Refusal ? error.message : String(error) });
    }
  };
  return html`<div class="columns even"><form class="panel" onSubmit=${send}><header><h2>Person</h2><button type="button" class="bare" onClick=${() => setJson(json === null ? JSON.stringify(asked, null, 2) : null)}>${json === null ? "As JSON" : "As fields"}</button><${Curl} path="/flags?v=2" method="POST" body=${body} /></header><div class="inside">
      ${json !== null ? html`<${Field} label="Who asks" error=${problem || null}><textarea class="code" rows="12" spellcheck="false" value=${json} onInput=${onValue(setJson)}></textarea></${Field}>`
        : subjects.map((subject, at) => html`<${Subject} key=${at} subject=${subject} put=${(changes) => setSubjects(subjects.map((one, index) => (index === at ? { ...one, ...changes } : one)))} />`)}
      <div><button class="primary" disabled=${problem}><${Icon} name="test" />Test</button></div></div></form>
    <section class="panel" aria-live="polite"><header><h2>What they get</h2></header><div class="inside">
      ${state.error && html`<p class="notice bad">${state.error}</p>`}
      ${state.answer ? html`<p class=${`answer ${state.answer.tone}`}><b>${state.answer.title}</b><span>${state.answer.why}</span></p>` : html`<p class="quiet">Nothing asked yet. The test sends no exposure.</p>`}
      <${Serve} flag=${flag} matched=${state.answer?.matched ?? null} /></div></section></div>`;
}

/** @param {{ subject: Subject, put: (changes: Partial<Subject>) => void }} props */
function Subject({ subject: { name, id, rows }, put }) {
  const of = name && ` of ${name}`;
  const set = (/** @type {number} */ at, /** @type {any} */ changes) => {
    const next = rows.map((row, index) => (index === at ? { ...row, ...changes } : row));
    put({ rows: next.at(-1)?.key ? [...next, { key: "", value: "" }] : next });
  };
  return html`<${Field} label=${name ? `Key${of}` : "Person"} help=${name ? "The group that your code sends." : "The distinct id that your code sends."}><input value=${id} placeholder=${name ? "" : "somebody"} onInput=${onValue((value) => put({ id: value }))} /></${Field}>
    <fieldset><legend class="legend-text">Properties${of}</legend>${rows.map((row, at) => html`<div class="line-up" key=${at}>
      <input class="grow" aria-label=${`Property ${at + 1}${of}`} placeholder="property" value=${row.key} onInput=${onValue((key) => set(at, { key }))} />
      <input class="grow" aria-label=${`Value ${at + 1}${of}`} placeholder="value" value=${row.value} onInput=${onValue((value) => set(at, { value }))} /></div>`)}</fieldset>`;
}

/** "3" is a number, "true" a truth value. @param {string} text */
function typed(text) {
  if (text === "true" || text === "false") return text === "true";
  return text.trim() !== "" && String(Number(text)) === text.trim() ? Number(text) : text;
}
