// The request behind a panel, to repeat in a terminal.
import { html } from "../html.js";
import { curlOf } from "../domain/curl.js";
import { copy } from "./copy.js";
import { DialogForm, ask } from "./dialog.js";

/** @param {string} method @param {string} path @param {any} [body] */
export function showCurl(method, path, body) {
  const text = curlOf(location.origin, method, path, body);
  ask((close) => html`<${DialogForm} title="The request as curl" submit="Copy" cancel="Close" close=${close} wide onSubmit=${() => copy(text, "Copied the command")}>
    <pre class="code block" tabindex="0">${text}</pre>
    <p class="small">KEY is a personal API key; make one in your account.</p></${DialogForm}>`);
}

/** @param {{ path: string, method?: string, body?: any }} props */
export const Curl = ({ path, method = "GET", body }) => html`<button type="button" class="bare" onClick=${() => showCurl(method, path, body)}>curl</button>`;
