// The list of feature flags.
import { html, useState } from "../html.js";
import { change, readAll } from "../api.js";
import { query, setQuery } from "../router.js";
import { P, mayEdit, mayMake, page } from "../session.js";
import { plural } from "../domain/format.js";
import { servesText, typeText } from "../domain/flag_text.js";
import { showCurl } from "../ui/copy.js";
import { DialogForm, ask } from "../ui/dialog.js";
import { csvOf, download } from "../ui/download.js";
import { Select } from "../ui/field.js";
import { Icon } from "../ui/icon.js";
import { Filter, NoMatch, PAGE, Pages, Search, SortHeading } from "../ui/list_page.js";
import { Menu } from "../ui/menu.js";
import { Waiting } from "../ui/state.js";
import { Empty, Loaded } from "../ui/states.js";
import { Ago } from "../ui/time.js";
import { useTitle } from "../ui/title.js";
import { say } from "../ui/toast.js";
import { useRead } from "../ui/use_read.js";
import { flagOf, useWaiting } from "../ui/waiting.js";

const STATES = /** @type {[string, string][]} */ ([["", "All"], ["true", "On"], ["false", "Off"], ["STALE", "Stale"], ["archived", "Archived"]]);
const TYPES = /** @type {[string, string][]} */ ([["", "Any type"], ["boolean", "On or off"], ["multivariant", "Variants"], ["experiment", "Experiments"], ["remote_config", "Remote configuration"]]);

/** @param {URLSearchParams} asked */
function listPath(asked) {
  const wanted = new URLSearchParams();
  for (const name of ["search", "active", "type", "order", "tags"]) if (asked.get(name)) wanted.set(name, asked.get(name) ?? "");
  if (wanted.get("active") === "archived") {
    wanted.delete("active");
    wanted.set("archived", "true");
  }
  return `feature_flags/?${wanted}`;
}

export default function Flags() {
  useTitle("Feature flags");
  const asked = query.value;
  const path = P(listPath(asked));
  const list = useRead(`${path}&limit=${PAGE}&offset=${asked.get("offset") ?? 0}`, 30);
  const waiting = useWaiting(flagOf, 30);
  const tags = useRead(P("tags/"));
  const [chosen, setChosen] = useState(/** @type {Set<number>} */ (new Set()));
  const isFiltered = ["search", "active", "type", "tags", "offset"].some((name) => asked.get(name));
  const remove = async () => {
    await deleteMany([...chosen], list.data?.results ?? []);
    setChosen(new Set());
    list.reload();
  };
  return html`<header class="head"><div class="row"><h1>Feature flags</h1>${mayMake("feature_flag") && html`<div class="actions"><a class="button primary" href=${page("feature_flags/new")}><${Icon} name="plus" />New flag</a></div>`}</div></header>
    <div class="toolbar"><${Filter} name="active" label="State" choices=${STATES} /><${Filter} name="type" label="Type" choices=${TYPES} />${tags.data?.length > 0 && html`<${Select} class="auto" aria-label="Tag" value=${asked.get("tags")} choices=${[["", "Any tag"], ...tags.data.map((/** @type {string} */ tag) => [JSON.stringify([tag]), tag])]} onChange=${(tag) => setQuery({ tags: tag || null, offset: null })} />`}<${Search} label="Search key, description" />
      <${Menu} label="More" items=${[{ text: "Download as CSV", icon: "download", run: () => exportAll(path) }, { text: "Show as curl", icon: "terminal", run: () => showCurl("GET", path) }]} /></div>
    ${chosen.size > 0 && html`<p class="notice" role="status"><span class="grow">${plural(chosen.size, "flag")} chosen</span><button type="button" class="danger small-one" onClick=${remove}>Delete…</button><button type="button" class="small-one" onClick=${() => setChosen(new Set())}>Clear</button></p>`}
    <div class="panel"><${Loaded} reading=${list} what="project" rows=${10} tall>${() => !list.data.results.length ? (isFiltered ? html`<${NoMatch} what="flags" />` : html`<${Nothing} />`)
      : html`<${Table} list=${list} chosen=${chosen} setChosen=${setChosen} waiting=${waiting.ids} />`}</${Loaded}></div>`;
}

/** @param {{ list: any, chosen: Set<number>, setChosen: (chosen: Set<number>) => void, waiting: Set<number | null> }} props */
function Table({ list, chosen, setChosen, waiting }) {
  const rows = list.data.results;
  const toggle = (/** @type {number} */ id) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  return html`<table class="list flags"><thead><tr><th scope="col"><span class="sr">Choose</span></th><${SortHeading} by="key" kind="wide">Key<//><th scope="col">State</th><th scope="col">Type</th>
      <th scope="col">Serves</th><th scope="col">Last called</th></tr></thead>
    <tbody>${rows.map((/** @type {any} */ flag) => html`<tr key=${flag.id}><td><input type="checkbox" aria-label=${`Choose ${flag.key}`} disabled=${!mayEdit(flag)} checked=${chosen.has(flag.id)} onChange=${() => toggle(flag.id)} /></td>
      <td class="wide"><a class="title mono" href=${page(`feature_flags/${flag.id}`)}>${flag.key}</a>${flag.name && html`<span class="small two-lines wider" dir="auto">${flag.name}</span>`}
        ${flag.tags?.length > 0 && html`<span class="chips">${flag.tags.map((/** @type {string} */ tag) => html`<span class="pill" key=${tag}>${tag}</span>`)}</span>`}</td>
      <td><span class=${`state ${flag.active ? "on" : "off"}`}>${flag.active ? "On" : "Off"}</span>${waiting.has(flag.id) && html`<${Waiting} href=${page("change_requests")} />`}${flag.status === "STALE" && html`<span class="pill" title="Fully rolled out, or not called for a long time">stale</span>`}</td>
      <td class="nowrap roomy">${flag.experiment_set?.length ? html`<a href=${page(`experiments/${flag.experiment_set[0]}`)}>Experiment</a>` : html`<span class="quiet">${typeText(flag)}</span>`}</td>
      <td class="quiet full">${servesText(flag)}</td><td class="quiet num roomy">${flag.last_called_at ? html`<${Ago} at=${flag.last_called_at} />` : "–"}</td></tr>`)}</tbody></table>
    <${Pages} total=${list.data.count} shown=${rows.length} />`;
}

const Nothing = () => html`<${Empty} title="No flag yet" icon="flag"><p>A flag decides, for each person, what your code shows. Experiments bring their own.</p>
</${Empty}>`;

/** @param {number[]} ids @param {any[]} rows */
async function deleteMany(ids, rows) {
  const names = rows.filter(({ id }) => ids.includes(id)).map(({ key }) => key);
  const answer = await ask((close) => html`<${DialogForm} title=${`Delete ${plural(ids.length, "flag")}`} submit="Delete" danger close=${close} onSubmit=${() => change("POST", P("feature_flags/bulk_delete/"), { ids })}>
    <p>Code that asks for them gets its fallback.</p><ul class="lines">${names.map((name) => html`<li><code>${name}</code></li>`)}</ul></${DialogForm}>`);
  const refused = answer?.errors ?? [];
  if (refused.length) {
    await ask((close) => html`<${DialogForm} title="Some were not deleted" submit="OK" cancel="Close" close=${close} onSubmit=${() => true}><ul class="lines">${refused.map((/** @type {any} */ one) => html`<li><code>${one.key ?? one.id}</code><span class="small">${one.reason ?? one.detail ?? one.error}</span></li>`)}</ul></${DialogForm}>`);
  } else if (answer) say("Deleted.");
}

/** @param {string} path */
async function exportAll(path) {
  const rows = await readAll(path, 10_000);
  download("feature_flags.csv", "text/csv", csvOf(["id", "key", "description", "active", "type", "serves", "last_called_at", "version"],
    rows.map((flag) => [flag.id, flag.key, flag.name, flag.active, typeText(flag), servesText(flag), flag.last_called_at, flag.version])));
}
