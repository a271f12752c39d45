// The parts of a form about a flag: its variants, what they bring along, and who gets them.
import { html, onValue, useEffect, useState } from "../../html.js";
import { evenShares } from "../../domain/flag_diff.js";
import { OPERATOR_CHOICES, operatorText, valuesOf, WITHOUT_VALUE } from "../../domain/flag_text.js";
import { Field, Percent, Select } from "../field.js";
import { Icon } from "../icon.js";
import { SplitBar } from "./serve.js";

const MOST = 20;

/** @param {{ variants: any[], onChange: (variants: any[]) => void, error?: string, isFixed?: boolean }} props `isFixed`: shares only */
export function Variants({ variants, onChange, error, isFixed }) {
  const set = (/** @type {number} */ at, /** @type {any} */ changes) => onChange(variants.map((one, index) => (index === at ? { ...one, ...changes } : one)));
  const split = (/** @type {any[]} */ list) => {
    const shares = evenShares(list.length);
    return list.map((one, at) => ({ ...one, rollout_percentage: shares[at] }));
  };
  const sum = variants.reduce((total, { rollout_percentage: share }) => total + Number(share || 0), 0);
  const isRight = Math.abs(sum - 100) < 0.01;
  const next = `test-${variants.length}`;
  return html`<fieldset class=${`variants ${error ? "wrong" : ""}`}><legend class="legend-text">Variants</legend>
    ${variants.map((variant, at) => html`<div class="line-up" key=${at}><span class=${`key v${(at % 6) + 1}`}></span>
      <input class="grow" aria-label=${`Key of variant ${at + 1}`} value=${variant.key} disabled=${isFixed} spellcheck="false" onInput=${onValue((key) => set(at, { key }))} />
      <input class="grow" aria-label=${`Description of variant ${at + 1}`} dir="auto" placeholder="what people see" value=${variant.name ?? ""} onInput=${onValue((value) => set(at, { name: value || undefined }))} />
      <${Percent} aria-label=${`Share of variant ${at + 1}, in percent`} value=${variant.rollout_percentage} onChange=${(/** @type {number} */ rollout_percentage) => set(at, { rollout_percentage })} />
      <button type="button" class="bare" aria-label=${`Remove variant ${at + 1}`} disabled=${isFixed || variants.length < 3} onClick=${() => onChange(split(variants.filter((_, index) => index !== at)))}><${Icon} name="x" /></button></div>`)}
    <${SplitBar} variants=${variants} />
    <div class="line-up">${!isFixed && html`<button type="button" class="small-one" disabled=${variants.length >= MOST} onClick=${() => onChange(split([...variants, { key: next, rollout_percentage: 0 }]))}><${Icon} name="plus" />Variant</button>`}
      <button type="button" class="small-one" onClick=${() => onChange(split(variants))}>Split evenly</button>
      <span class=${isRight ? "ok num" : "error num"} aria-live="polite">sum ${Number(sum.toFixed(2))} %${isRight ? html` <${Icon} name="check" />` : ""}</span></div>
    ${error && html`<p class="error" role="alert">${error}</p>`}</fieldset>`;
}

/** @param {any} value */
const textOf = (value) => (value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value));

/** @param {string} text */
export function payloadProblem(text) {
  if (!text.trim()) return "";
  try {
    JSON.parse(text);
    return "";
  } catch {
    return "This is not JSON yet.";
  }
}

/** @param {{ keys: string[], payloads: any, isEncrypted: boolean, onChange: (payloads: any) => void }} props */
export function Payloads({ keys, payloads, isEncrypted, onChange }) {
  if (isEncrypted) return html`<p class="small">Its payload is encrypted and shown nowhere.</p>`;
  const put = (/** @type {string} */ key, /** @type {string} */ text) => {
    const { [key]: _old, ...rest } = payloads;
    onChange(text.trim() ? { ...rest, [key]: text } : rest);
  };
  const format = (/** @type {string} */ key) => {
    try {
      put(key, JSON.stringify(JSON.parse(textOf(payloads[key])), null, 2));
    } catch {
      // It stays as it was typed.
    }
  };
  const used = keys.filter((key) => textOf(payloads[key]));
  return html`<details open=${used.length > 0}><summary class="legend-text">Payloads <span class="small">${used.length ? `${used.length} of ${keys.length}` : "JSON for your code"}</span></summary>
    <div class="stack tight payloads">${keys.map((key) => html`<${Field} key=${key} label=${key === "true" ? "When it is on" : key} error=${payloadProblem(textOf(payloads[key])) || null}>
      <textarea class="code short" spellcheck="false" rows="3" value=${textOf(payloads[key])} onInput=${onValue((value) => put(key, value))} onBlur=${() => format(key)}></textarea></${Field}>`)}</div></details>`;
}

/** @param {{ groups: any[], onChange: (groups: any[]) => void, variants?: any[], matched?: number | null }} props */
export function Conditions({ groups, onChange, variants = [], matched = null }) {
  const put = (/** @type {number} */ at, /** @type {any} */ group) => onChange(groups.map((one, index) => (index === at ? group : one)));
  const move = (/** @type {number} */ at, /** @type {number} */ by) => {
    const next = [...groups];
    const [one] = next.splice(at, 1);
    next.splice(at + by, 0, one);
    onChange(next);
  };
  return html`<fieldset class="conditions-edit"><legend class="legend-text">Who gets it</legend>
    ${groups.map((group, at) => html`<section key=${at} class=${`condition ${matched === at ? "matched" : ""}`} aria-label=${`Condition ${at + 1}`}>
      <header><b>Condition ${at + 1}</b><span class="grow"></span>
        <button type="button" class="bare" aria-label=${`Move condition ${at + 1} up`} disabled=${at === 0} onClick=${() => move(at, -1)}><${Icon} name="arrow-up" /></button>
        <button type="button" class="bare" aria-label=${`Move condition ${at + 1} down`} disabled=${at === groups.length - 1} onClick=${() => move(at, 1)}><${Icon} name="arrow-down" /></button>
        <button type="button" class="bare" aria-label=${`Copy condition ${at + 1}`} onClick=${() => onChange([...groups.slice(0, at + 1), structuredClone(group), ...groups.slice(at + 1)])}><${Icon} name="copy" /></button>
        <button type="button" class="bare" aria-label=${`Remove condition ${at + 1}`} onClick=${() => onChange(groups.filter((_, index) => index !== at))}><${Icon} name="x" /></button></header>
      <${Properties} properties=${group.properties ?? []} onChange=${(/** @type {any[]} */ properties) => put(at, { ...group, properties })} />
      <div class="line-up"><input type="range" min="0" max="100" step="1" aria-label=${`Share of condition ${at + 1}`} value=${group.rollout_percentage ?? 100} onInput=${onValue((value) => put(at, { ...group, rollout_percentage: Number(value) }))} />
        <${Percent} aria-label=${`Share of condition ${at + 1}, in percent`} value=${group.rollout_percentage ?? 100} onChange=${(/** @type {number} */ rollout_percentage) => put(at, { ...group, rollout_percentage })} />
        ${variants.length > 0 && html`<select aria-label=${`What condition ${at + 1} serves`} class="auto" onChange=${onValue((value) => put(at, { ...group, variant: value || null }))}><option value="" selected=${!group.variant}>as split</option>
          ${variants.map(({ key }) => html`<option value=${key} selected=${key === group.variant}>always ${key}</option>`)}</select>`}</div></section>`)}
    ${!groups.length && html`<p class="small">Nobody gets it.</p>`}
    <div><button type="button" class="small-one" onClick=${() => onChange([...groups, { properties: [], rollout_percentage: 100 }])}><${Icon} name="plus" />Condition</button></div></fieldset>`;
}

/** @param {{ properties: any[], onChange: (properties: any[]) => void }} props */
export const Properties = ({ properties, onChange }) => html`<div class="stack tight">
  ${properties.map((one, at) => html`<${Property} key=${at} one=${one} at=${at} put=${(/** @type {any} */ next) => onChange(properties.map((old, index) => (index === at ? next : old)))} drop=${() => onChange(properties.filter((_, index) => index !== at))} />`)}
  ${!properties.length && html`<span class="quiet">everyone</span>`}
  <div><button type="button" class="bare small-one" onClick=${() => onChange([...properties, { key: "", type: "person", operator: "exact", value: [] }])}><${Icon} name="plus" />Property</button></div></div>`;

/** @param {{ one: any, at: number, put: (next: any) => void, drop: () => void }} props */
function Property({ one, at, put, drop }) {
  const isPlain = one.type === "person" || one.type === "group" || one.type === undefined;
  const operators = OPERATOR_CHOICES.includes(one.operator ?? "exact") ? OPERATOR_CHOICES : [one.operator, ...OPERATOR_CHOICES];
  return html`<div class="line-up property">${at > 0 && html`<span class="small">and</span>`}
    ${isPlain ? html`<input class="prop-key" aria-label="Property" spellcheck="false" placeholder="country" value=${one.key} onInput=${onValue((key) => put({ ...one, key }))} />` : html`<span class="chip">${one.type} ${one.key}</span>`}
    <${Select} class="auto" aria-label="Operator" value=${one.operator ?? "exact"} choices=${operators.map((operator) => [operator, operatorText(operator)])} onChange=${(/** @type {string} */ operator) => put({ ...one, operator })} />
    ${!WITHOUT_VALUE.has(one.operator) && html`<${Values} one=${one} put=${put} />`}
    <button type="button" class="bare" aria-label="Remove the property" onClick=${drop}><${Icon} name="x" /></button></div>`;
}

const LISTS = new Set(["exact", "is_not"]);

/** Several values as chips, one as a field. @param {{ one: any, put: (next: any) => void }} props */
function Values({ one, put }) {
  const [typed, setTyped] = useState("");
  const isList = LISTS.has(one.operator ?? "exact");
  const values = valuesOf(one.value);
  useEffect(() => setTyped(""), [one.operator]);
  if (!isList) return html`<input class="grow" aria-label="Value" value=${values[0] ?? ""} onInput=${onValue((value) => put({ ...one, value }))} />`;
  const add = () => {
    const more = typed.split(",").map((text) => text.trim()).filter((text) => text && !values.includes(text));
    if (more.length) put({ ...one, value: [...values, ...more] });
    setTyped("");
  };
  const keys = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" && event.key !== ",") return;
    event.preventDefault();
    add();
  };
  return html`<span class="values grow">${values.map((value) => html`<span class="chip" key=${value} dir="auto">${value}<button type="button" aria-label=${`Remove ${value}`} onClick=${() => put({ ...one, value: values.filter((old) => old !== value) })}><${Icon} name="x" /></button></span>`)}
    <input aria-label="Value" placeholder=${values.length ? "" : "value, Enter"} value=${typed} onInput=${onValue(setTyped)} onKeyDown=${keys} onBlur=${add} /></span>`;
}
