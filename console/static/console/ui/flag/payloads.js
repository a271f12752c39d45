// JSON that travels with what a flag serves.
import { html } from "../../html.js";
import { Field } from "../field.js";

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
      <textarea class="code short" spellcheck="false" rows="3" value=${textOf(payloads[key])} onInput=${(/** @type {any} */ event) => put(key, event.target.value)} onBlur=${() => format(key)}></textarea></${Field}>`)}</div></details>`;
}
