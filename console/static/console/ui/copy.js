// What can be copied with a click: keys, ids, and the request behind a panel.
import { html, useState } from "../html.js";
import { curlOf } from "../domain/curl.js";
import { DialogForm, ask } from "./dialog.js";
import { Icon } from "./icon.js";
import { say } from "./toast.js";

/** Refuses when the browser does. @param {string} text @param {string} what */
export async function mustCopy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    if (!copyTheOldWay(text)) throw new Error("The browser does not copy: mark the text and copy it by hand.");
  }
  say(what);
}

/** Copy, or say why not. @param {string} text @param {string} [what] @returns {Promise<boolean>} whether it is copied */
export const copy = (text, what = "Copied") => mustCopy(text, what).then(() => true, (error) => (say(error.message), false));

// Pages over plain HTTP have no clipboard, except on localhost. Below an open dialog nothing can be marked.
/** @param {string} text */
function copyTheOldWay(text) {
  const field = document.createElement("textarea");
  field.value = text;
  ([...document.querySelectorAll("dialog:not([hidden])")].at(-1) ?? document.body).append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  return isCopied;
}

/** A key or an id. @param {{ text: string, label?: string }} props */
export function CopyCode({ text, label }) {
  const [isCopied, setCopied] = useState(false);
  const click = async (/** @type {Event} */ event) => {
    event.preventDefault();
    event.stopPropagation();
    if (!(await copy(text, `Copied ${text.length > 40 ? "" : text}`.trim()))) return;
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return html`<button type="button" class="copy code" title="Copy" aria-label=${`Copy ${label ?? text}`} onClick=${click}>
    <span class="clip">${label ?? text}</span><${Icon} name=${isCopied ? "check" : "copy"} /></button>`;
}

/** @param {string} method @param {string} path @param {any} [body] */
export function showCurl(method, path, body) {
  const text = curlOf(location.origin, method, path, body);
  ask((close) => html`<${DialogForm} title="The request as curl" submit="Copy" cancel="Close" close=${close} wide onSubmit=${() => mustCopy(text, "Copied the command")}>
    <pre class="code block" tabindex="0">${text}</pre>
    <p class="small">KEY is a personal API key; make one in your account.</p></${DialogForm}>`);
}

/** @param {{ path: string, method?: string, body?: any }} props */
export const Curl = ({ path, method = "GET", body }) => html`<button type="button" class="bare" onClick=${() => showCurl(method, path, body)}>curl</button>`;
