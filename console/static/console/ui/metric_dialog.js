// The editor of a metric: fields, the sentence they mean, and the document itself.
import { html, onValue, useEffect, useState } from "../html.js";
import { readAll } from "../api.js";
import { P } from "../session.js";
import { metricText, sourceText } from "../domain/metric_text.js";
import { formOf, isEvent, mathOf, metricFrom, missingIn, needsProperty } from "../domain/metric_form.js";
import { DialogForm, ask } from "./dialog.js";
import { Field, Select } from "./field.js";
import { Icon } from "./icon.js";
import { overlay } from "./merge.js";
import { messageOf } from "./toast.js";
import { useRead } from "./use_read.js";

/** @typedef {{ metric?: any, savedMetricId?: number, onto?: (now: any) => any }} Made `onto` puts what was changed on the metric as it is now */

/**
 * @param {{ title: string, metric?: any, canUseSaved?: boolean, excluded?: number[], save?: (made: Made) => Promise<any> }} options `save` may refuse, and then nothing typed is lost
 * @returns {Promise<Made | undefined>}
 */
export const editMetric = (options) => ask((close) => html`<${Editor} close=${close} ...${options} />`);

/** @param {{ close: any, title: string, metric?: any, canUseSaved?: boolean, excluded?: number[], save?: (made: Made) => Promise<any> }} props */
function Editor({ close, title, metric, canUseSaved, excluded = [], save }) {
  const [tab, setTab] = useState("fields");
  const [form, setForm] = useState(() => formOf(metric));
  const [json, setJSON] = useState(() => (metric ? JSON.stringify(withoutOurs(metric), null, 2) : ""));
  const [saved, setSaved] = useState(/** @type {any} */ (null));
  // What the fields do not show stays as it is here.
  const [base, setBase] = useState(metric);
  const [wrong, setWrong] = useState("");
  const made = () => (tab === "json" ? parse(json) : metricFrom(form, base));
  const show = (/** @type {string} */ next) => {
    if (next === tab) return;
    try {
      if (tab === "json" && json.trim()) {
        setBase(parse(json));
        setForm(formOf(parse(json)));
      }
    } catch (error) {
      return setWrong(messageOf(error));
    }
    setWrong("");
    if (next === "json") setJSON(JSON.stringify(metricFrom(form, base), null, 2));
    setTab(next);
  };
  /** @returns {Made} */
  const choice = () => {
    if (tab === "saved") {
      if (!saved) throw new Error("Choose a saved metric.");
      return { savedMetricId: saved };
    }
    const missing = tab === "fields" ? missingIn(form) : "";
    if (missing) throw new Error(missing);
    // Only what was changed here, unless the whole document was typed.
    return { metric: made(), onto: (now) => (tab === "json" || base !== metric ? made() : metricFrom(overlay(formOf(metric), form, formOf(now)), now)) };
  };
  const send = async () => {
    const chosen = choice();
    await save?.(chosen);
    return chosen;
  };
  const tabs = [["fields", metric ? "Fields" : "New"], canUseSaved && ["saved", "Saved metric"], ["json", "JSON"]].filter(Boolean);
  return html`<${DialogForm} title=${title} submit=${metric ? "Save" : "Add metric"} close=${close} onSubmit=${send} wide>
    <div class="segments" role="tablist">${/** @type {string[][]} */ (tabs).map(([name, text]) => html`
      <button type="button" role="tab" key=${name} aria-selected=${tab === name} onClick=${() => show(name)}>${text}</button>`)}</div>
    ${tab === "fields" && html`<${MetricFields} form=${form} setForm=${setForm} />`}
    ${tab === "saved" && html`<${Saved} excluded=${excluded} chosen=${saved} choose=${setSaved} />`}
    ${tab === "json" && html`<${Field} label="The metric as JSON" error=${wrong}><textarea class="code" rows="16" spellcheck="false" value=${json}
      onInput=${onValue(setJSON)}></textarea></${Field}>`}
  </${DialogForm}>`;
}

/** @param {any} metric */
const withoutOurs = ({ fingerprint: _fingerprint, savedMetricId: _saved, ...metric }) => metric;

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`This is not JSON: ${messageOf(error)}`, { cause: error });
  }
}

const TYPES = [["mean", "Mean", "a number for each person, averaged"], ["funnel", "Funnel", "the share of people who do every step"], ["ratio", "Ratio", "one total divided by another"], ["retention", "Retention", "the share of people who come back"]];
const MATHS = [["total", "count"], ["sum", "sum of"], ["avg", "average of"], ["min", "smallest"], ["max", "largest"], ["dau", "whether at all"], ["unique_session", "sessions"]];
const GOALS = [["increase", "↑ more is better"], ["decrease", "↓ less is better"]];
const UNITS = ["minute", "hour", "day", "week", "month"];

/** @param {{ form: any, setForm: (form: any) => void }} props */
export function MetricFields({ form, setForm }) {
  const set = (/** @type {any} */ changes) => setForm({ ...form, ...changes });
  const put = (/** @type {string} */ name) => onValue((value) => set({ [name]: value }));
  return html`<div class="stack tight"><${Seen} kind="event" /><${Seen} kind="property" />
    <div class="line-up"><div class="segments" role="group" aria-label="Type">${TYPES.map(([name, text, help]) => html`
      <button type="button" key=${name} aria-pressed=${form.type === name} title=${help} onClick=${() => set({ type: name })}>${text}</button>`)}</div>
      <span class="small">${TYPES.find(([name]) => name === form.type)?.[2]}</span></div>
    <${Field} label="Name"><input dir="auto" maxlength="400" value=${form.name} onInput=${put("name")} placeholder="Purchase within 7 days" /></${Field}>
    ${form.type === "mean" && html`<${Source} label="Takes the" source=${form.source} set=${(/** @type {any} */ source) => set({ source })} />`}
    ${form.type === "ratio" && html`<${Source} label="Numerator" source=${form.numerator} set=${(/** @type {any} */ numerator) => set({ numerator })} />
      <${Source} label="Denominator" source=${form.denominator} set=${(/** @type {any} */ denominator) => set({ denominator })} />`}
    ${form.type === "funnel" && html`<${Steps} steps=${form.steps} set=${(/** @type {any} */ steps) => set({ steps })} />`}
    ${form.type === "retention" && html`<${Retention} form=${form} put=${put} set=${set} />`}
    <div class="line-up align-end">
      <${Field} label="Goal"><${Select} value=${form.goal} choices=${GOALS} onChange=${(/** @type {string} */ goal) => set({ goal })} /></${Field}>
      ${form.type !== "retention" && html`<${Field} label="Counted for" optional><input type="number" min="1" value=${form.window} placeholder="no limit" onInput=${put("window")} /></${Field}>
        <${Field} label="Unit"><${Select} value=${form.windowUnit} choices=${UNITS.map((unit) => [unit, `${unit}s after exposure`])} onChange=${(/** @type {string} */ windowUnit) => set({ windowUnit })} /></${Field}>`}
      ${form.type === "mean" && html`<${Field} label="Cap at percentile" optional><input type="number" min="50" max="100" step="any" value=${form.cap} placeholder="no cap" onInput=${put("cap")} /></${Field}>`}
    </div>
    <p class="notice"><${Icon} name="info" /><span>${missingIn(form) || `${metricText(metricFrom(form))}. Goal: ${form.goal === "decrease" ? "↓ less" : "↑ more"}.`}</span></p></div>`;
}

/** @param {{ label: string, source: any, set: (source: any) => void }} props */
const Source = ({ label, source, set }) => html`<div class="line-up align-end">
  <${Field} label=${label}><${Select} value=${mathOf(source)} choices=${MATHS} onChange=${(/** @type {string} */ math) => set({ ...source, math })} /></${Field}>
  <div class="grow"><${Field} label="of the event"><${EventName} node=${source} set=${set} placeholder="purchase" /></${Field}></div>
  ${needsProperty(source) && html`<div class="grow"><${Field} label="property"><input list="seen-property" value=${source.math_property ?? ""} placeholder="amount" onInput=${onValue((property) => set({ ...source, math_property: property }))} /></${Field}></div>`}</div>`;

/** What has arrived so far, to choose from while typing. @param {{ kind: "event" | "property" }} props */
const Seen = ({ kind }) => html`<datalist id=${`seen-${kind}`}>${(useRead(P(`${kind}_definitions/?limit=200`)).data?.results ?? []).map((/** @type {any} */ { name }) => html`<option value=${name} />`)}</datalist>`;

/** @param {{ node: any, set: (node: any) => void, [attribute: string]: any }} props */
const EventName = ({ node, set, placeholder = "event", ...rest }) => html`<input ...${rest} list="seen-event" disabled=${!isEvent(node)} value=${isEvent(node) ? node.event ?? "" : sourceText(node)}
  placeholder=${node.event === null ? "any event" : placeholder} onInput=${onValue((event) => set({ ...node, event }))} />`;

/** @param {{ steps: any[], set: (steps: any[]) => void }} props whole nodes, so that each keeps its filters */
const Steps = ({ steps, set }) => html`<fieldset><legend class="legend-text">Steps after exposure, in this order</legend>${steps.map((step, index) => html`
  <div class="line-up" key=${index}><span class="small num">${index + 1}</span><${EventName} class="grow" aria-label=${`Step ${index + 1}`} node=${step}
    set=${(/** @type {any} */ node) => set(steps.map((old, at) => (at === index ? node : old)))} />
    <button type="button" class="bare" aria-label=${`Remove step ${index + 1}`} disabled=${steps.length === 1} onClick=${() => set(steps.filter((_, at) => at !== index))}><${Icon} name="x" /></button></div>`)}
  <div><button type="button" class="small-one" onClick=${() => set([...steps, {}])}><${Icon} name="plus" />Step</button></div></fieldset>`;

/** @param {{ form: any, put: (name: string) => (event: any) => void, set: (changes: any) => void }} props */
const Retention = ({ form, put, set }) => html`<div class="line-up align-end">
  <div class="grow"><${Field} label="Starts with"><${EventName} node=${form.start} set=${(/** @type {any} */ start) => set({ start })} /></${Field}></div>
  <div class="grow"><${Field} label="Comes back with"><${EventName} node=${form.completion} set=${(/** @type {any} */ completion) => set({ completion })} /></${Field}></div>
  <${Field} label="From"><input type="number" min="0" value=${form.from} onInput=${put("from")} /></${Field}>
  <${Field} label="To"><input type="number" min="0" value=${form.until} onInput=${put("until")} /></${Field}>
  <${Field} label="Unit"><${Select} value=${form.retentionUnit} choices=${UNITS.map((unit) => [unit, `${unit}s`])} onChange=${(/** @type {string} */ retentionUnit) => set({ retentionUnit })} /></${Field}></div>`;

/** @param {{ excluded: number[], chosen: number | null, choose: (id: number) => void }} props */
function Saved({ excluded, chosen, choose }) {
  const [rows, setRows] = useState(/** @type {any[] | null} */ (null));
  const [typed, setTyped] = useState("");
  useEffect(() => void readAll(P("experiment_saved_metrics/")).then(setRows, () => setRows([])), []);
  const shown = (rows ?? []).filter(({ id, name }) => !excluded.includes(id) && name.toLowerCase().includes(typed.toLowerCase())).slice(0, 100);
  return html`<div class="stack tight"><input type="search" aria-label="Search saved metrics" placeholder="Search" value=${typed} onInput=${onValue(setTyped)} />
    <div class="choices" role="radiogroup" aria-label="Saved metrics">${shown.map((one) => html`<label class="check" key=${one.id}><input type="radio" name="saved" checked=${chosen === one.id} onChange=${() => choose(one.id)} />
      <span dir="auto">${one.name}<span class="small">${metricText(one.query)}</span></span></label>`)}
      ${rows && !shown.length && html`<p class="small">No saved metric${typed ? " matches" : " left"}.</p>`}</div></div>`;
}
