// Who gets the flag: conditions one after the other, each with a share.
import { html, useEffect, useState } from "../../html.js";
import { OPERATOR_CHOICES, WITHOUT_VALUE, operatorText, valuesOf } from "../../domain/flag_text.js";
import { Icon } from "../icon.js";

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
      <div class="line-up"><input type="range" min="0" max="100" step="1" aria-label=${`Share of condition ${at + 1}`} value=${group.rollout_percentage ?? 100} onInput=${(/** @type {any} */ event) => put(at, { ...group, rollout_percentage: Number(event.target.value) })} />
        <span class="share"><input type="number" min="0" max="100" step="any" aria-label=${`Share of condition ${at + 1}, in percent`} value=${group.rollout_percentage ?? 100} onInput=${(/** @type {any} */ event) => put(at, { ...group, rollout_percentage: Number(event.target.value) })} /> %</span>
        ${variants.length > 0 && html`<select aria-label=${`What condition ${at + 1} serves`} class="auto" onChange=${(/** @type {any} */ event) => put(at, { ...group, variant: event.target.value || null })}><option value="" selected=${!group.variant}>as split</option>
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
    ${isPlain ? html`<input class="prop-key" aria-label="Property" spellcheck="false" placeholder="country" value=${one.key} onInput=${(/** @type {any} */ event) => put({ ...one, key: event.target.value })} />` : html`<span class="chip">${one.type} ${one.key}</span>`}
    <select class="auto" aria-label="Operator" onChange=${(/** @type {any} */ event) => put({ ...one, operator: event.target.value })}>${operators.map((operator) => html`<option value=${operator} selected=${operator === (one.operator ?? "exact")}>${operatorText(operator)}</option>`)}</select>
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
  if (!isList) return html`<input class="grow" aria-label="Value" value=${values[0] ?? ""} onInput=${(/** @type {any} */ event) => put({ ...one, value: event.target.value })} />`;
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
    <input aria-label="Value" placeholder=${values.length ? "" : "value, Enter"} value=${typed} onInput=${(/** @type {any} */ event) => setTyped(event.target.value)} onKeyDown=${keys} onBlur=${add} /></span>`;
}
