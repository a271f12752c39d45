// A table's heading that sorts; the order lives in the query.
import { html } from "../html.js";
import { query, setQuery } from "../router.js";
import { Icon } from "./icon.js";

/** @param {{ by: string, first?: string, children?: any, kind?: string }} props `first` is the order of the first click */
export function SortHeading({ by, first = "", children, kind = "" }) {
  const now = query.value.get("order") ?? "";
  const mine = now.replace(/^-/, "") === by;
  const click = () => setQuery({ order: mine ? (now.startsWith("-") ? by : `-${by}`) : `${first}${by}`, offset: null });
  return html`<th scope="col" class=${kind} aria-sort=${mine ? (now.startsWith("-") ? "descending" : "ascending") : undefined}>
    <button type="button" class="sort" onClick=${click}>${children}${mine && html`<${Icon} name=${now.startsWith("-") ? "arrow-down" : "arrow-up"} />`}</button></th>`;
}
