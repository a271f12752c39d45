// The editor of a metric: fields, the sentence they mean, and the document itself.
import { html, useEffect, useState } from "../html.js";
import { readAll } from "../api.js";
import { P } from "../session.js";
import { metricText } from "../domain/metric_text.js";
import { formOf, metricFrom, missingIn } from "../domain/metric_form.js";
import { DialogForm, ask } from "./dialog.js";
import { Field } from "./field.js";
import { Icon } from "./icon.js";

/**
 * @param {{ title: string, metric?: any, canUseSaved?: boolean, excluded?: number[] }} options
 * @returns {Promise<{ metric?: any, savedMetricId?: number } | undefined>}
 */
export const editMetric = (options) => ask((close) => html`<${Editor} close=${close} ...${options} />`);

/** @param {{ close: any, title: string, metric?: any, canUseSaved?: boolean, excluded?: number[] }} props */
function Editor({ close, title, metric, canUseSaved, excluded = [] }) {
  const [tab, setTab] = useState("fields");
  const [form, setForm] = useState(() => formOf(metric));
  const [json, setJSON] = useState(() => (metric ? JSON.stringify(withoutOurs(metric), null, 2) : ""));
  const [saved, setSaved] = useState(/** @type {any} */ (null));
  const made = () => (tab === "json" ? parse(json) : metricFrom(form, metric));
  const show = (/** @type {string} */ next) => {
    if (next === "json") setJSON(JSON.stringify(metricFrom(form, metric), null, 2));
    if (next === "fields" && tab === "json") setForm(formOf(parse(json)));
    setTab(next);
  };
  const send = () => {
    if (tab === "saved") {
      if (!saved) throw new Error("Choose a saved metric.");
      return { savedMetricId: saved };
    }
    const missing = tab === "fields" ? missingIn(form) : "";
    if (missing) throw new Error(missing);
    return { metric: made() };
  };
  const tabs = [["fields", metric ? "Fields" : "New"], canUseSaved && ["saved", "Saved metric"], ["json", "JSON"]].filter(Boolean);
  return html`<${DialogForm} title=${title} submit=${metric ? "Save" : "Add metric"} close=${close} onSubmit=${async () => send()} wide>
    <div class="segments" role="tablist">${/** @type {string[][]} */ (tabs).map(([name, text]) => html`
      <button type="button" role="tab" key=${name} aria-selected=${tab === name} onClick=${() => show(name)}>${text}</button>`)}</div>
    ${tab === "fields" && html`<${MetricFields} form=${form} setForm=${setForm} />`}
    ${tab === "saved" && html`<${Saved} excluded=${excluded} chosen=${saved} choose=${setSaved} />`}
    ${tab === "json" && html`<${Field} label="The metric as JSON"><textarea class="code" rows="16" spellcheck="false" value=${json}
      onInput=${(/** @type {any} */ event) => setJSON(event.target.value)}></textarea></${Field}>`}
  </${DialogForm}>`;
}

/** @param {any} metric */
const withoutOurs = ({ fingerprint: _fingerprint, savedMetricId: _saved, ...metric }) => metric;

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`This is not JSON: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

const TYPES = [["mean", "Mean", "a number for each person, averaged"], ["funnel", "Funnel", "the share of people who do every step"], ["ratio", "Ratio", "one total divided by another"], ["retention", "Retention", "the share of people who come back"]];
const MATHS = [["total", "count"], ["sum", "sum of"], ["avg", "average of"], ["min", "smallest"], ["max", "largest"], ["dau", "whether at all"], ["unique_session", "sessions"]];
const UNITS = ["minute", "hour", "day", "week", "month"];

/** @param {{ form: any, setForm: (form: any) => void }} props */
export function MetricFields({ form, setForm }) {
  const set = (/** @type {any} */ changes) => setForm({ ...form, ...changes });
  const put = (/** @type {string} */ name) => (/** @type {any} */ event) => set({ [name]: event.target.value });
  return html`<div class="stack tight">
    <div class="line-up"><div class="segments" role="group" aria-label="Type">${TYPES.map(([name, text, help]) => html`
      <button type="button" key=${name} aria-pressed=${form.type === name} title=${help} onClick=${() => set({ type: name })}>${text}</button>`)}</div>
      <span class="small">${TYPES.find(([name]) => name === form.type)?.[2]}</span></div>
    <${Field} label="Name"><input dir="auto" maxlength="400" value=${form.name} onInput=${put("name")} placeholder="Purchase within 7 days" /></${Field}>
    ${form.type === "mean" && html`<${Source} label="Takes the" source=${form.source} set=${(/** @type {any} */ source) => set({ source })} />`}
    ${form.type === "ratio" && html`<${Source} label="Numerator" source=${form.numerator} set=${(/** @type {any} */ numerator) => set({ numerator })} />
      <${Source} label="Denominator" source=${form.denominator} set=${(/** @type {any} */ denominator) => set({ denominator })} />`}
    ${form.type === "funnel" && html`<${Steps} steps=${form.steps} set=${(/** @type {any} */ steps) => set({ steps })} />`}
    ${form.type === "retention" && html`<${Retention} form=${form} put=${put} />`}
    <div class="line-up align-end">
      <${Field} label="Goal"><select value=${form.goal} onChange=${put("goal")}><option value="increase" selected=${form.goal === "increase"}>↑ more is better</option><option value="decrease" selected=${form.goal === "decrease"}>↓ less is better</option></select></${Field}>
      ${form.type !== "retention" && html`<${Field} label="Counted for" optional><input type="number" min="1" value=${form.window} placeholder="no limit" onInput=${put("window")} /></${Field}>
        <${Field} label="Unit"><select value=${form.windowUnit} onChange=${put("windowUnit")}>${UNITS.map((unit) => html`<option value=${unit} selected=${unit === form.windowUnit}>${unit}s after exposure</option>`)}</select></${Field}>`}
      ${form.type === "mean" && html`<${Field} label="Cap at percentile" optional><input type="number" min="50" max="100" step="any" value=${form.cap} placeholder="no cap" onInput=${put("cap")} /></${Field}>`}
    </div>
    <p class="notice"><${Icon} name="info" /><span>${missingIn(form) || `${metricText(metricFrom(form))}. Goal: ${form.goal === "decrease" ? "↓ less" : "↑ more"}.`}</span></p></div>`;
}

/** @param {{ label: string, source: any, set: (source: any) => void }} props */
const Source = ({ label, source, set }) => html`<div class="line-up align-end">
  <${Field} label=${label}><select value=${source.math} onChange=${(/** @type {any} */ event) => set({ ...source, math: event.target.value })}>${MATHS.map(([name, text]) => html`<option value=${name} selected=${name === source.math}>${text}</option>`)}</select></${Field}>
  <div class="grow"><${Field} label="of the event"><input value=${source.event} placeholder="purchase" onInput=${(/** @type {any} */ event) => set({ ...source, event: event.target.value })} /></${Field}></div>
  ${["sum", "avg", "min", "max"].includes(source.math) && html`<div class="grow"><${Field} label="property"><input value=${source.property} placeholder="amount" onInput=${(/** @type {any} */ event) => set({ ...source, property: event.target.value })} /></${Field}></div>`}</div>`;

/** @param {{ steps: string[], set: (steps: string[]) => void }} props */
const Steps = ({ steps, set }) => html`<fieldset><legend class="legend-text">Steps after exposure, in this order</legend>${steps.map((step, index) => html`
  <div class="line-up" key=${index}><span class="small num">${index + 1}</span><input class="grow" aria-label=${`Step ${index + 1}`} value=${step} placeholder="event"
    onInput=${(/** @type {any} */ event) => set(steps.map((old, at) => (at === index ? event.target.value : old)))} />
    <button type="button" class="bare" aria-label=${`Remove step ${index + 1}`} disabled=${steps.length === 1} onClick=${() => set(steps.filter((_, at) => at !== index))}><${Icon} name="x" /></button></div>`)}
  <div><button type="button" class="small-one" onClick=${() => set([...steps, ""])}><${Icon} name="plus" />Step</button></div></fieldset>`;

/** @param {{ form: any, put: (name: string) => (event: any) => void }} props */
const Retention = ({ form, put }) => html`<div class="line-up align-end">
  <div class="grow"><${Field} label="Starts with"><input value=${form.startEvent} onInput=${put("startEvent")} /></${Field}></div>
  <div class="grow"><${Field} label="Comes back with"><input value=${form.completionEvent} onInput=${put("completionEvent")} /></${Field}></div>
  <${Field} label="From"><input type="number" min="0" value=${form.from} onInput=${put("from")} /></${Field}>
  <${Field} label="To"><input type="number" min="1" value=${form.until} onInput=${put("until")} /></${Field}>
  <${Field} label="Unit"><select value=${form.retentionUnit} onChange=${put("retentionUnit")}>${UNITS.map((unit) => html`<option value=${unit} selected=${unit === form.retentionUnit}>${unit}s</option>`)}</select></${Field}></div>`;

/** @param {{ excluded: number[], chosen: number | null, choose: (id: number) => void }} props */
function Saved({ excluded, chosen, choose }) {
  const [rows, setRows] = useState(/** @type {any[] | null} */ (null));
  const [typed, setTyped] = useState("");
  useEffect(() => void readAll(P("experiment_saved_metrics/")).then(setRows, () => setRows([])), []);
  const shown = (rows ?? []).filter(({ id, name }) => !excluded.includes(id) && name.toLowerCase().includes(typed.toLowerCase())).slice(0, 100);
  return html`<div class="stack tight"><input type="search" aria-label="Search saved metrics" placeholder="Search" value=${typed} onInput=${(/** @type {any} */ event) => setTyped(event.target.value)} />
    <div class="choices" role="radiogroup" aria-label="Saved metrics">${shown.map((one) => html`<label class="check" key=${one.id}><input type="radio" name="saved" checked=${chosen === one.id} onChange=${() => choose(one.id)} />
      <span dir="auto">${one.name}<span class="small">${metricText(one.query)}</span></span></label>`)}
      ${rows && !shown.length && html`<p class="small">No saved metric${typed ? " matches" : " left"}.</p>`}</div></div>`;
}
