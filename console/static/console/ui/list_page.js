// What lists have in common: a search that waits until typing pauses, an order, and pages.
import { html, onValue, useEffect, useState } from "../html.js";
import { query, setQuery } from "../router.js";
import { count } from "../domain/format.js";
import { Icon } from "./icon.js";

export const PAGE = 100;

/** @param {{ label: string, placeholder?: string }} props */
export function Search({ label, placeholder = label }) {
  const given = query.value.get("search") ?? "";
  const [typed, setTyped] = useState(given);
  useEffect(() => setTyped(given), [given]);
  useEffect(() => {
    if (typed === given) return undefined;
    const timer = setTimeout(() => setQuery({ search: typed || null, offset: null }), 150);
    return () => clearTimeout(timer);
  }, [typed]);
  return html`<label class="search"><${Icon} name="search" /><span class="sr">${label}</span>
    <input type="search" placeholder=${placeholder} value=${typed} onInput=${onValue(setTyped)} />
    <kbd aria-hidden="true">/</kbd></label>`;
}

/** @param {{ total: number, shown: number }} props */
export function Pages({ total, shown }) {
  const offset = Number(query.value.get("offset") ?? 0);
  if (!total) return null;
  const go = (/** @type {number} */ to) => () => {
    setQuery({ offset: to ? String(to) : null }, false);
    scrollTo(0, 0);
  };
  return html`<nav class="pages" aria-label="Pages">
    <span class="num">${count(offset + 1)}–${count(offset + shown)} of ${count(total)}</span>
    <button type="button" class="bare" aria-label="Previous page" disabled=${offset === 0} onClick=${go(Math.max(0, offset - PAGE))}><${Icon} name="left" /></button>
    <button type="button" class="bare" aria-label="Next page" disabled=${offset + shown >= total} onClick=${go(offset + PAGE)}><${Icon} name="right" /></button>
  </nav>`;
}

/** A choice of one, kept in the query. @param {{ name: string, label: string, choices: [string, any][] }} props */
export function Filter({ name, label, choices }) {
  const now = query.value.get(name) ?? "";
  return html`<div class="segments" role="group" aria-label=${label}>${choices.map(([value, text]) => html`
    <button type="button" key=${value} aria-pressed=${now === value} onClick=${() => setQuery({ [name]: value || null, offset: null })}>${text}</button>`)}</div>`;
}

/** @param {{ what: string }} props */
export const NoMatch = ({ what }) => {
  const search = query.value.get("search");
  return html`<div class="empty"><h2>${search ? html`Nothing matches <bdi>“${search}”</bdi>.` : `No ${what} here.`}</h2>
    <button type="button" onClick=${() => setQuery(Object.fromEntries([...query.value.keys()].map((key) => [key, null])))}>Clear</button></div>`;
};

/** A heading that sorts; the order lives in the query. @param {{ by: string, first?: string, children?: any, kind?: string }} props `first` is the order of the first click */
export function SortHeading({ by, first = "", children, kind = "" }) {
  const now = query.value.get("order") ?? "";
  const mine = now.replace(/^-/, "") === by;
  const click = () => setQuery({ order: mine ? (now.startsWith("-") ? by : `-${by}`) : `${first}${by}`, offset: null });
  return html`<th scope="col" class=${kind} aria-sort=${mine ? (now.startsWith("-") ? "descending" : "ascending") : undefined}>
    <button type="button" class="sort" onClick=${click}>${children}${mine && html`<${Icon} name=${now.startsWith("-") ? "arrow-down" : "arrow-up"} />`}</button></th>`;
}
