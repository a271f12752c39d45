// Code to paste into a program, in one of some languages.
import { html, useState } from "../html.js";
import { project } from "../session.js";
import { LANGUAGES } from "../domain/snippets.js";
import { copy } from "./copy.js";
import { Icon } from "./icon.js";

/** @param {{ flagKey?: string, variants?: string[] }} props */
export function Snippet({ flagKey = "my-flag", variants = [] }) {
  const [at, setAt] = useState(0);
  const variant = variants.find((key) => key !== "control") ?? "test";
  const text = LANGUAGES[at].code(project.value?.api_token ?? "phc_…", location.origin, flagKey, variant);
  return html`<div class="stack tight"><div class="line-up"><div class="segments" role="group" aria-label="Language">${LANGUAGES.map(({ name }, index) => html`
      <button type="button" key=${name} aria-pressed=${index === at} onClick=${() => setAt(index)}>${name}</button>`)}</div>
    <button type="button" class="bare" onClick=${() => copy(text, "Copied the code")}><${Icon} name="copy" />Copy</button></div>
    <pre class="code block" tabindex="0">${text}</pre></div>`;
}
