// A share in percent: a slider and a number.
import { html, onValue } from "../html.js";
import { Percent } from "./field.js";

/** @param {{ label: string, value: number, onChange: (value: number) => void, disabled?: boolean, help?: any }} props */
export const Share = ({ label, value, onChange, disabled, help }) => html`<fieldset disabled=${disabled}><legend class="legend-text">${label}</legend><div class="line-up">
  <input class="slider" type="range" min="0" max="100" step="1" aria-label=${label} value=${value} onInput=${onValue((value) => onChange(Number(value)))} />
  <${Percent} aria-label=${`${label}, in percent`} value=${value} onChange=${onChange} /></div>${help && html`<p class="small">${help}</p>`}</fieldset>`;
