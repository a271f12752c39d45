// What would this person get? Asked as an SDK asks; no exposure is sent.
import { html, onValue, useState } from "../../html.js";
import { Refusal, call } from "../../api.js";
import { project } from "../../session.js";
import { told } from "../../domain/evaluation.js";
import { Curl } from "../copy.js";
import { Field } from "../field.js";
import { Icon } from "../icon.js";
import { Serve } from "./serve.js";

/** @param {{ flag: FeatureFlag }} props */
export default function TestPerson({ flag }) {
  const names = [...new Set((flag.filters?.groups ?? []).flatMap((/** @type {any} */ group) => (group.properties ?? []).filter((/** @type {any} */ one) => one.type === "person").map((/** @type {any} */ one) => one.key)))];
  const [id, setId] = useState("");
  const [rows, setRows] = useState(() => [...names.map((key) => ({ key, value: "" })), { key: "", value: "" }]);
  const [state, setState] = useState(/** @type {{ answer: any, error: string }} */ ({ answer: null, error: "" }));
  const body = {
    token: project.value?.api_token, distinct_id: id || "somebody", flag_keys_to_evaluate: [flag.key],
    person_properties: Object.fromEntries(rows.filter(({ key, value }) => key && value !== "").map(({ key, value }) => [key, typed(value)])),
  };
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    try {
      const { data } = await call("POST", "/flags?v=2", body);
      setState({ answer: told(flag, data.flags[flag.key]), error: "" });
    } catch (error) {
      setState({ answer: null, error: error instanceof Refusal ? error.message : String(error) });
    }
  };
  const put = (/** @type {number} */ at, /** @type {any} */ changes) => {
    const next = rows.map((row, index) => (index === at ? { ...row, ...changes } : row));
    setRows(next.at(-1)?.key ? [...next, { key: "", value: "" }] : next);
  };
  return html`<div class="columns even"><form class="panel" onSubmit=${send}><header><h2>Person</h2><${Curl} path="/flags?v=2" method="POST" body=${body} /></header><div class="inside">
      <${Field} label="Person" help="The distinct id that your code sends."><input value=${id} placeholder="somebody" onInput=${onValue(setId)} /></${Field}>
      <fieldset><legend class="legend-text">Properties</legend>${rows.map((row, at) => html`<div class="line-up" key=${at}>
        <input class="grow" aria-label=${`Property ${at + 1}`} placeholder="property" value=${row.key} onInput=${onValue((key) => put(at, { key }))} />
        <input class="grow" aria-label=${`Value ${at + 1}`} placeholder="value" value=${row.value} onInput=${onValue((value) => put(at, { value }))} /></div>`)}</fieldset>
      <div><button class="primary"><${Icon} name="test" />Test</button></div></div></form>
    <section class="panel" aria-live="polite"><header><h2>What they get</h2></header><div class="inside">
      ${state.error && html`<p class="notice bad">${state.error}</p>`}
      ${state.answer ? html`<p class=${`answer ${state.answer.tone}`}><b>${state.answer.title}</b><span>${state.answer.why}</span></p>` : html`<p class="quiet">Nothing asked yet. The test sends no exposure.</p>`}
      <${Serve} flag=${flag} matched=${state.answer?.matched ?? null} /></div></section></div>`;
}

/** "3" is a number, "true" a truth value. @param {string} text */
function typed(text) {
  if (text === "true" || text === "false") return text === "true";
  return text.trim() !== "" && String(Number(text)) === text.trim() ? Number(text) : text;
}
