// The history of one object, as a tab of its page.
import { html } from "../html.js";
import { P } from "../session.js";
import { query, setQuery } from "../router.js";
import { ActivityList } from "./activity_list.js";
import { Curl } from "./copy.js";
import { Empty, Loaded } from "./states.js";
import { useRead } from "./use_read.js";

const ROWS = 30;

/** @param {{ resource: string, id: string }} props */
export default function History({ resource, id }) {
  const number = Number(query.value.get("page") ?? 1);
  const path = P(`${resource}/${id}/activity/?limit=${ROWS}&page=${number}`);
  const reading = useRead(path);
  return html`<${Loaded} reading=${reading} what="history">${({ results, total_count: total }) => results.length ? html`<section class="panel"><header><h2>History</h2><${Curl} path=${path} /></header>
    <div class="inside"><${ActivityList} entries=${results} /></div>
    ${total > ROWS && html`<nav class="pages" aria-label="Pages"><span>${(number - 1) * ROWS + 1}–${(number - 1) * ROWS + results.length} of ${total}</span>
      <button type="button" class="bare" disabled=${number === 1} onClick=${() => setQuery({ page: number > 2 ? String(number - 1) : null })}>Newer</button>
      <button type="button" class="bare" disabled=${number * ROWS >= total} onClick=${() => setQuery({ page: String(number + 1) })}>Older</button></nav>`}</section>`
    : html`<${Empty} title="Nothing has happened yet" icon="history" />`}</${Loaded}>`;
}
