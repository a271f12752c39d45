// A field with its label, its help, and what is wrong with it.
import { h, html, onValue, useState } from "../html.js";

let last = 0;

/** To the first field that is refused, once that is shown. */
export const focusWrong = () => setTimeout(() => /** @type {HTMLElement | null} */ (document.querySelector(".wrong :is(input, select, textarea)"))?.focus(), 50);

/**
 * The one child is the control; it gets the id and the description.
 * @param {{ label: any, children?: any, help?: any, error?: string | null, optional?: boolean }} props
 */
export function Field({ label, children, help, error, optional }) {
  const [id] = useState(() => `field-${++last}`);
  const describedBy = [error && `${id}-error`, help && `${id}-help`].filter(Boolean).join(" ") || undefined;
  const control = Array.isArray(children) ? children.find((child) => child?.type) : children;
  const rest = Array.isArray(children) ? children.filter((child) => child !== control) : null;
  return html`<div class=${`field ${error ? "wrong" : ""}`}>
    <label for=${id}>${label}${optional && html` <span class="small">optional</span>`}</label>
    ${h(control.type, { ...control.props, id, "aria-describedby": describedBy, "aria-invalid": error ? "true" : undefined })}${rest}
    ${error && html`<p class="error" id=${`${id}-error`} role="alert">${error}</p>`}
    ${help && html`<p class="small" id=${`${id}-help`}>${help}</p>`}
  </div>`;
}

/** @param {{ checked: boolean, onChange: (checked: boolean) => void, children?: any, disabled?: boolean }} props */
export const Check = ({ checked, onChange, children, disabled }) => html`<label class="check"><input type="checkbox" checked=${checked} disabled=${disabled}
  onChange=${(/** @type {any} */ event) => onChange(event.target.checked)} /><span>${children}</span></label>`;

/** @param {{ name: string, value: string, checked: boolean, onChange: (value: string) => void, children?: any, disabled?: boolean }} props */
export const Radio = ({ name, value, checked, onChange, children, disabled }) => html`<label class="check"><input type="radio" name=${name} value=${value}
  checked=${checked} disabled=${disabled} onChange=${() => onChange(value)} /><span>${children}</span></label>`;

/** A choice of one. @param {{ value: any, choices: [any, any][], onChange: (value: string) => void, [attribute: string]: any }} props */
export const Select = ({ value, choices, onChange, ...rest }) => html`<select ...${rest} onChange=${onValue(onChange)}>${choices.map(([name, text]) => html`
  <option key=${name} value=${name} selected=${String(name) === String(value ?? "")}>${text}</option>`)}</select>`;

/** "bayesian" and "frequentist", as they are stored. @type {[string, string][]} */
export const METHODS = [["bayesian", "Bayesian"], ["frequentist", "Frequentist"]];
