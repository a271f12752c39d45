// A field with its label, its help, and what is wrong with it.
import { createContext, h, html, onValue, useContext, useState } from "../html.js";

let last = 0;

/** To the first field that is refused, once that is shown. @param {ParentNode} [within] */
export const focusWrong = (within = document) => setTimeout(() => /** @type {HTMLElement | null} */ (within.querySelector(".wrong :is(input, select, textarea)"))?.focus(), 50);

/** What the form around refuses. */
export const Refused = createContext({ attr: "", text: "" });

/**
 * The one child is the control; it gets the id and the description.
 * @param {{ label: any, children?: any, help?: any, error?: string | null, optional?: boolean, attr?: string }} props `attr` is what the server calls it
 */
export function Field({ label, children, help, error, optional, attr }) {
  const [id] = useState(() => `field-${++last}`);
  const refused = useContext(Refused);
  if (attr && refused.attr === attr) error = refused.text;
  const describedBy = [error && `${id}-error`, help && `${id}-help`].filter(Boolean).join(" ") || undefined;
  const control = Array.isArray(children) ? children.find((child) => child?.type) : children;
  const rest = Array.isArray(children) ? children.filter((child) => child !== control) : null;
  return html`<div class=${`field ${error ? "wrong" : ""}`} data-attr=${attr}>
    <label for=${id}>${label}${optional && html` <span class="small">optional</span>`}</label>
    ${h(control.type, { ...control.props, id, "aria-describedby": describedBy, "aria-invalid": error ? "true" : undefined })}${rest}
    ${error && html`<p class="error" id=${`${id}-error`} role="alert">${error}</p>`}
    ${help && html`<p class="small" id=${`${id}-help`}>${help}</p>`}
  </div>`;
}

/**
 * A percentage: what is typed, such as "33.0" or nothing, stays as long as it is the number that is kept.
 * @param {{ value: number, onChange: (value: number) => void, [attribute: string]: any }} props
 */
export function Percent({ value, onChange, ...rest }) {
  const [typed, setTyped] = useState("");
  const type = (/** @type {string} */ text) => {
    setTyped(text);
    onChange(Number(text));
  };
  return html`<span class="share"><input type="number" min="0" max="100" step="any" ...${rest} value=${Number(typed) === Number(value) ? typed : value} onInput=${onValue(type)} /> %</span>`;
}

/** A share in percent: a slider and a number. @param {{ label: string, value: number, onChange: (value: number) => void, disabled?: boolean, help?: any }} props */
export const Share = ({ label, value, onChange, disabled, help }) => html`<fieldset disabled=${disabled}><legend class="legend-text">${label}</legend><div class="line-up">
  <input class="slider" type="range" min="0" max="100" step="1" aria-label=${label} value=${value} onInput=${onValue((value) => onChange(Number(value)))} />
  <${Percent} aria-label=${`${label}, in percent`} value=${value} onChange=${onChange} /></div>${help && html`<p class="small">${help}</p>`}</fieldset>`;

/** @param {{ checked: boolean, onChange: (checked: boolean) => void, children?: any, disabled?: boolean }} props */
export const Check = ({ checked, onChange, children, disabled }) => html`<label class="check"><input type="checkbox" checked=${checked} disabled=${disabled}
  onChange=${(event) => onChange(event.target.checked)} /><span>${children}</span></label>`;

/** @param {{ name: string, value: string, checked: boolean, onChange: (value: string) => void, children?: any, disabled?: boolean }} props */
export const Radio = ({ name, value, checked, onChange, children, disabled }) => html`<label class="check"><input type="radio" name=${name} value=${value}
  checked=${checked} disabled=${disabled} onChange=${() => onChange(value)} /><span>${children}</span></label>`;

/**
 * A choice of one; a value that is none of the choices is one more. What is `stored` shows what is chosen when the server has taken it.
 * @param {{ value: any, choices: [any, any][], onChange: (value: string) => void, stored?: boolean, [attribute: string]: any }} props
 */
export function Select({ value, choices, onChange, stored, ...rest }) {
  const now = String(value ?? "");
  const all = !now || choices.some(([name]) => String(name) === now) ? choices : [...choices, [now, now]];
  const choose = (/** @type {any} */ event) => {
    const chosen = event.target.value;
    if (stored) event.target.value = now;
    onChange(chosen);
  };
  return html`<select ...${rest} onChange=${choose}>${all.map(([name, text]) => html`
    <option key=${name} value=${name} selected=${String(name) === now}>${text}</option>`)}</select>`;
}

/** "bayesian" and "frequentist", as they are stored. @type {[string, string][]} */
export const METHODS = [["bayesian", "Bayesian"], ["frequentist", "Frequentist"]];
