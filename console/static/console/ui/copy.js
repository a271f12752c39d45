// What can be copied with a click.
import { html, useState } from "../html.js";
import { Icon } from "./icon.js";
import { say } from "./toast.js";

/** @param {string} text @param {string} [what] */
export async function copy(text, what = "Copied") {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyTheOldWay(text);
  }
  say(what);
}

// Pages over plain HTTP have no clipboard, except on localhost.
/** @param {string} text */
function copyTheOldWay(text) {
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

/** A key or an id. @param {{ text: string, label?: string }} props */
export function CopyCode({ text, label }) {
  const [isCopied, setCopied] = useState(false);
  const click = (/** @type {Event} */ event) => {
    event.preventDefault();
    event.stopPropagation();
    copy(text, `Copied ${text.length > 40 ? "" : text}`.trim());
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return html`<button type="button" class="copy code" title="Copy" aria-label=${`Copy ${label ?? text}`} onClick=${click}>
    <span class="clip">${label ?? text}</span><${Icon} name=${isCopied ? "check" : "copy"} /></button>`;
}
