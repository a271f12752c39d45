// The parts of a form about a flag: its variants, what they bring along, and who gets them.
import { html, onValue, useEffect, useState } from "../../html.js";
import { evenShares, formatted, idOf, renamed, takesList, withOperator } from "../../domain/flag_form.js";
import { listOf, OPERATOR_CHOICES, operatorText, valuesOf, WITHOUT_VALUE } from "../../domain/flag_text.js";
import { Field, Percent, Select } from "../field.js";
import { Icon } from "../icon.js";
import { SplitBar } from "./serve.js";

const MOST = 20;
const TYPE = "aggregation_group_type_index";

/** @param {{ variants: any[], onChange: (variants: any[]) => void, error?: string, isFixed?: boolean }} props `isFixed`: shares only */
export function Variants({ variants, onChange, error, isFixed }) {
  const put = (/** @type {number} */ at, /** @type {any} */ variant) => onChange(variants.map((one, index) => (index === at ? variant : one)));
  const split = (/** @type {any[]} */ list) => {
    const shares = evenShares(list.length);
    return list.map((one, at) => ({ ...one, rollout_percentage: shares[at] }));
  };
  const sum = variants.reduce((total, { rollout_percentage: share }) => total + Number(share || 0), 0);
  const isRight = Math.abs(sum - 100) < 0.01;
  const next = `test-${variants.length}`;
  return html`<fieldset class=${`variants ${error ? "wrong" : ""}`}><legend class="legend-text">Variants</legend>
    ${variants.map((variant, at) => html`<div class="line-up" key=${at}><span class=${`key v${(at % 6) + 1}`}></span>
      <input class="grow" aria-label=${`Key of variant ${at + 1}`} value=${variant.key} disabled=${isFixed} spellcheck="false" onInput=${onValue((key) => put(at, renamed(variant, key)))} />
      <input class="grow" aria-label=${`Description of variant ${at + 1}`} dir="auto" placeholder="what people see" value=${variant.name ?? ""} onInput=${onValue((value) => put(at, { ...variant, name: value || undefined }))} />
      <${Percent} aria-label=${`Share of variant ${at + 1}, in percent`} value=${variant.rollout_percentage} onChange=${(rollout_percentage) => put(at, { ...variant, rollout_percentage })} />
      <button type="button" class="bare" aria-label=${`Remove variant ${at + 1}`} disabled=${isFixed || variants.length < 3} onClick=${() => onChange(split(variants.filter((_, index) => index !== at)))}><${Icon} name="x" /></button></div>`)}
    <${SplitBar} variants=${variants} />
    <div class="line-up">${!isFixed && html`<button type="button" class="small-one" disabled=${variants.length >= MOST} onClick=${() => onChange(split([...variants, { key: next, $id: String(Date.now()), rollout_percentage: 0 }]))}><${Icon} name="plus" />Variant</button>`}
      <button type="button" class="small-one" onClick=${() => onChange(split(variants))}>Split evenly</button>
      <span class=${isRight ? "ok num" : "error num"} aria-live="polite">sum ${Number(sum.toFixed(2))} %${isRight ? html` <${Icon} name="check" />` : ""}</span></div>
    ${error && html`<p class="error" role="alert">${error}</p>`}</fieldset>`;
}

/** Why nothing can be changed here. */
export const Rounded = () => html`<p class="notice warn"><${Icon} name="alert" /><span>It holds a number beyond 2<sup>53</sup>, which browsers round: change it through the API.</span></p>`;

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

/** @param {{ variants: any[], payloads: any, isEncrypted?: boolean, onChange: (payloads: any) => void }} props */
export function Payloads({ variants, payloads, isEncrypted, onChange }) {
  if (isEncrypted) return html`<p class="small">Its payload is encrypted and shown nowhere.</p>`;
  const put = (/** @type {string} */ key, /** @type {string} */ text) => {
    const { [key]: _old, ...rest } = payloads;
    onChange(text.trim() ? { ...rest, [key]: text } : rest);
  };
  const all = variants.length ? variants.map((one) => [idOf(one), one.key]) : [["true", "When it is on"]];
  const used = all.filter(([id]) => textOf(payloads[id]));
  return html`<details open=${used.length > 0}><summary class="legend-text">Payloads <span class="small">${used.length ? `${used.length} of ${all.length}` : "JSON for your code"}</span></summary>
    <div class="stack tight payloads">${all.map(([id, name]) => {
      const text = textOf(payloads[id]);
      const problem = payloadProblem(text);
      return html`<${Field} key=${id} label=${name} error=${problem || null}><textarea class="code short" spellcheck="false" rows="3" value=${text} onInput=${onValue((value) => put(id, value))}></textarea>
        <div><button type="button" class="small-one" aria-label=${`Format ${name}`} disabled=${!text || problem} onClick=${() => put(id, formatted(text))}>Format</button></div></${Field}>`;
    })}</div></details>`;
}

/**
 * @param {{ groups: any[], onChange: (groups: any[]) => void, variants?: any[], groupType?: number | null, error?: string | null }} props
 *   `groupType` is what the flag is about, if not people; `error` may name the condition that is refused
 */
export function Conditions({ groups, onChange, variants = [], groupType, error }) {
  const put = (/** @type {number} */ at, /** @type {any} */ group) => onChange(groups.map((one, index) => (index === at ? group : one)));
  const move = (/** @type {number} */ at, /** @type {number} */ by) => {
    const next = [...groups];
    const [one] = next.splice(at, 1);
    next.splice(at + by, 0, one);
    onChange(next);
  };
  return html`<fieldset class="conditions-edit"><legend class="legend-text">Who gets it</legend>
    ${groups.map((group, at) => html`<section key=${at} class=${`condition ${error?.startsWith(`groups[${at}]`) ? "wrong" : ""}`} aria-label=${`Condition ${at + 1}`}>
      <header><b>Condition ${at + 1}</b><span class="grow small">${typeof group[TYPE] === "number" && " of groups, not people"}</span>
        <button type="button" class="bare" aria-label=${`Move condition ${at + 1} up`} disabled=${at === 0} onClick=${() => move(at, -1)}><${Icon} name="arrow-up" /></button>
        <button type="button" class="bare" aria-label=${`Move condition ${at + 1} down`} disabled=${at === groups.length - 1} onClick=${() => move(at, 1)}><${Icon} name="arrow-down" /></button>
        <button type="button" class="bare" aria-label=${`Copy condition ${at + 1}`} onClick=${() => onChange([...groups.slice(0, at + 1), structuredClone(group), ...groups.slice(at + 1)])}><${Icon} name="copy" /></button>
        <button type="button" class="bare" aria-label=${`Remove condition ${at + 1}`} onClick=${() => onChange(groups.filter((_, index) => index !== at))}><${Icon} name="x" /></button></header>
      <${Properties} properties=${group.properties ?? []} groupType=${group[TYPE]} onChange=${(properties) => put(at, { ...group, properties })} />
      <div class="line-up"><input type="range" min="0" max="100" step="1" aria-label=${`Share of condition ${at + 1}`} value=${group.rollout_percentage ?? 100} onInput=${onValue((value) => put(at, { ...group, rollout_percentage: Number(value) }))} />
        <${Percent} aria-label=${`Share of condition ${at + 1}, in percent`} value=${group.rollout_percentage ?? 100} onChange=${(rollout_percentage) => put(at, { ...group, rollout_percentage })} />
        ${variants.length > 0 && html`<select aria-label=${`What condition ${at + 1} serves`} class="auto" onChange=${onValue((value) => put(at, { ...group, variant: value || null }))}><option value="" selected=${!group.variant}>as split</option>
          ${variants.map((one) => html`<option value=${idOf(one)} selected=${idOf(one) === group.variant}>always ${one.key}</option>`)}</select>`}</div>
      ${error?.startsWith(`groups[${at}]`) && html`<p class="error" role="alert">${error}</p>`}</section>`)}
    ${!groups.length && html`<p class="small">Nobody gets it.</p>`}
    <div><button type="button" class="small-one" onClick=${() => onChange([...groups, { properties: [], rollout_percentage: 100, [TYPE]: groups[0]?.[TYPE] ?? groupType ?? undefined }])}><${Icon} name="plus" />Condition</button></div></fieldset>`;
}

/** @param {{ properties: any[], onChange: (properties: any[]) => void, groupType?: number | null }} props `groupType` if they are about groups */
export const Properties = ({ properties, onChange, groupType }) => html`<div class="stack tight">
  ${properties.map((one, at) => html`<${Property} key=${at} one=${one} at=${at} put=${(next) => onChange(properties.map((old, index) => (index === at ? next : old)))} drop=${() => onChange(properties.filter((_, index) => index !== at))} />`)}
  ${!properties.length && html`<span class="quiet">everyone</span>`}
  <div><button type="button" class="bare small-one" onClick=${() => onChange([...properties, { key: "", ...(typeof groupType === "number" ? { type: "group", group_type_index: groupType } : { type: "person" }), operator: "exact", value: [] }])}><${Icon} name="plus" />Property</button></div></div>`;

/** @param {{ one: any, at: number, put: (next: any) => void, drop: () => void }} props */
function Property({ one, at, put, drop }) {
  const isPlain = one.type !== "cohort" && one.type !== "flag";
  const now = one.operator ?? (one.type === "cohort" ? "in" : "exact");
  const choices = one.type === "cohort" ? ["in", "not_in"] : isPlain ? OPERATOR_CHOICES : [];
  const operators = choices.includes(now) ? choices : [now, ...choices];
  return html`<div class="line-up property">${at > 0 && html`<span class="small">and</span>`}
    ${isPlain ? html`<input class="prop-key" aria-label="Property" spellcheck="false" placeholder="country" value=${one.key} onInput=${onValue((key) => put({ ...one, key }))} />` : html`<span class="chip">${one.type} ${one.key}</span>`}
    <${Select} class="auto" aria-label="Operator" value=${now} choices=${operators.map((operator) => [operator, operatorText(operator)])} onChange=${(operator) => put(isPlain ? withOperator(one, operator) : { ...one, operator })} />
    ${!WITHOUT_VALUE.has(now) && html`<${Values} one=${one} put=${put} />`}
    <button type="button" class="bare" aria-label="Remove the property" onClick=${drop}><${Icon} name="x" /></button></div>`;
}

const OUTCOMES = /** @type {Record<string, boolean>} */ ({ true: true, false: false });

/** Several values as chips, one as a field. @param {{ one: any, put: (next: any) => void }} props */
function Values({ one, put }) {
  const [typed, setTyped] = useState("");
  const list = listOf(one.value);
  const values = valuesOf(list);
  useEffect(() => setTyped(""), [one.operator]);
  // A list is stored under an operator that knows none: said, and all of it is shown.
  if (!takesList(one.operator)) return html`<input class="grow" aria-label="Value" value=${values.join(", ")} onInput=${onValue((value) => put({ ...one, value: one.type === "flag" ? OUTCOMES[value] ?? value : value }))} />
    ${Array.isArray(one.value) && one.type !== "cohort" && html`<span class="error">A list never fits: type one value.</span>`}`;
  const add = () => {
    const more = typed.split(",").map((text) => text.trim()).filter((text) => text && !values.includes(text));
    if (more.length) put({ ...one, value: [...list, ...more] });
    setTyped("");
  };
  const keys = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" && event.key !== ",") return;
    event.preventDefault();
    add();
  };
  return html`<span class="values grow">${values.map((value, at) => html`<span class="chip" key=${value} dir="auto">${value}<button type="button" aria-label=${`Remove ${value}`} onClick=${() => put({ ...one, value: list.filter((_, index) => index !== at) })}><${Icon} name="x" /></button></span>`)}
    <input aria-label="Value" placeholder=${values.length ? "" : "value, Enter"} value=${typed} onInput=${onValue(setTyped)} onKeyDown=${keys} onBlur=${add} /></span>`;
}
