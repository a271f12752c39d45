// Somebody else was faster: what they did, what you did, and which shall stand.
import { html } from "../html.js";
import { Refusal, call } from "../api.js";
import { DialogForm, ask } from "./dialog.js";

/** @param {any} value */
const shown = (value) => (value === null || value === undefined || value === "" ? "–" : typeof value === "object" ? JSON.stringify(value, null, 1) : String(value));

/** @param {any} a @param {any} b */
export const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** Theirs, with what I changed on top; of filters, each part for itself. @param {any} before @param {any} mine @param {any} theirs @returns {any} */
export const overlay = (before, mine, theirs) => ({ ...theirs, ...Object.fromEntries(Object.entries(mine).filter(([name, value]) => !same(value, before?.[name]))
  .map(([name, value]) => [name, name === "filters" ? overlay(before[name], value, theirs[name]) : value])) });

/**
 * Change an object as it was when the form opened; when it has changed since, ask what to do.
 * @param {string} path @param {any} changes
 * @param {{ etag: string | null, before: any, again?: (now: any) => any, isApart?: (now: any) => boolean }} opened `again` makes
 *   the changes to the object as it is now; `isApart` tells whether they touch nothing that somebody else changed
 * @returns {Promise<{ data: any, etag: string | null, isDiscarded?: boolean }>} the object as it is now, and whether the person gave up
 *   their changes; who decides nothing is refused, as if not asked
 */
export async function patch(path, changes, { etag, before, again = () => changes, isApart = () => false }) {
  try {
    return await call("PATCH", path, changes, { etag });
  } catch (error) {
    if (!(error instanceof Refusal) || (error.status !== 412 && error.code !== "conflict")) throw error;
    const now = await call("GET", path);
    const mine = again(now.data);
    const choice = isApart(now.data) ? "mine" : await ask((close) => html`<${Merge} close=${close} before=${before} theirs=${now.data} mine=${mine} />`);
    if (choice === undefined) throw error;
    return choice === "theirs" ? { ...now, isDiscarded: true } : patch(path, mine, { etag: now.etag, before: now.data, again, isApart });
  }
}

/** @param {{ close: (answer?: any) => void, before: any, theirs: any, mine: any }} props */
function Merge({ close, before, theirs, mine }) {
  const noise = new Set(["updated_at", "version", "last_modified_by"]);
  const changed = Object.keys(theirs).filter((field) => !noise.has(field) && !same(theirs[field], before?.[field]));
  const fields = [...new Set([...Object.keys(mine), ...changed])].filter((field) => !noise.has(field));
  return html`<${DialogForm} title="Somebody changed this meanwhile" submit="Apply mine on top" cancel="Discard mine" refuse=${() => close("theirs")} close=${close} onSubmit=${() => "mine"} wide>
    <p>Your change touches the fields marked below; everything else stays as they left it.</p>
    <table class="list merge"><thead><tr><th scope="col">Field</th><th scope="col">Theirs</th><th scope="col">Yours</th></tr></thead>
      <tbody>${fields.map((field) => html`<tr key=${field}><th scope="row">${field.replaceAll("_", " ")}</th>
        <td><pre class="wrap code">${shown(theirs[field])}</pre></td><td>${field in mine ? html`<pre class="wrap code">${shown(mine[field])}</pre>` : html`<span class="small">not touched</span>`}</td></tr>`)}</tbody></table>
  </${DialogForm}>`;
}
