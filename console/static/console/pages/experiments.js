// The list of experiments.
import { html, onValue } from "../html.js";
import { readAll } from "../api.js";
import { query } from "../router.js";
import { O, P, mayEdit, mayMake, me, nameOf, page } from "../session.js";
import { count } from "../domain/format.js";
import { daysRun, metricsOf, planOf, stateOf, WORDS } from "../domain/status.js";
import { csvOf, download } from "../ui/download.js";
import { CopyCode, showCurl } from "../ui/copy.js";
import { Icon } from "../ui/icon.js";
import { Filter, NoMatch, PAGE, Pages, Search, SortHeading } from "../ui/list_page.js";
import { Menu } from "../ui/menu.js";
import { PrimaryCell } from "../ui/primary_cell.js";
import { State, Waiting } from "../ui/state.js";
import { Empty, Loaded } from "../ui/states.js";
import { Time } from "../ui/time.js";
import { useTitle } from "../ui/title.js";
import { useRead } from "../ui/use_read.js";
import { setQuery } from "../router.js";
import { archiveWithUndo, duplicate } from "../ui/experiment_steps.js";
import { flagOf, useWaiting } from "../ui/waiting.js";

const STATES = /** @type {[string, string][]} */ ([["", "All"], ["running", "Running"], ["draft", "Draft"], ["paused", "Paused"], ["stopped", "Stopped"], ["archived", "Archived"]]);

/** The request of the list, without its page. @param {URLSearchParams} asked */
function listPath(asked) {
  const wanted = new URLSearchParams();
  const status = asked.get("status");
  if (status === "archived") wanted.set("archived", "true");
  else if (status) wanted.set("status", status);
  for (const name of ["search", "created_by_id", "order"]) if (asked.get(name)) wanted.set(name, asked.get(name) ?? "");
  return `experiments/?${wanted}`;
}

export default function Experiments() {
  useTitle("Experiments");
  const asked = query.value;
  const path = P(listPath(asked));
  const list = useRead(`${path}&limit=${PAGE}&offset=${asked.get("offset") ?? 0}`, 30);
  const stats = useRead(P("experiments/stats/"), 60);
  const members = useRead(O("members/?limit=200"));
  const waiting = useWaiting(flagOf, 30);
  const isFiltered = ["search", "status", "created_by_id", "offset"].some((name) => asked.get(name));
  return html`
    <header class="head"><div class="row"><h1>Experiments <${Stats} stats=${stats.data} /></h1>
      ${mayMake("experiment") && html`<div class="actions"><a class="button primary" href=${page("experiments/new")}><${Icon} name="plus" />New experiment <kbd>c</kbd></a></div>`}</div></header>
    <div class="toolbar"><${Filter} name="status" label="State" choices=${STATES} />
      <${Owner} members=${members.data?.results ?? []} />
      <${Search} label="Search name, flag" />
      <${Menu} label="More" items=${[
        { text: "Download as CSV", icon: "download", run: () => exportAll(path) },
        { text: "Show as curl", icon: "terminal", run: () => showCurl("GET", path) },
      ]} /></div>
    <div class="panel"><${Loaded} reading=${list} what="project" rows=${10} tall>${() => html`<${Body} list=${list} isFiltered=${isFiltered} waiting=${waiting.ids} />`}</${Loaded}></div>`;
}

/** @param {{ stats: any }} props */
const Stats = ({ stats }) => stats && html`<span class="beside num">${count(stats.active_experiments)} running ·
  ${" "}${count(stats.launched_last_30d)} launched, ${count(stats.completed_last_30d)} finished in 30 days</span>`;

/** @param {{ members: any[] }} props */
function Owner({ members }) {
  const now = query.value.get("created_by_id") ?? "";
  return html`<label class="inline"><span class="sr">Owner</span><select value=${now}
    onChange=${onValue((value) => setQuery({ created_by_id: value || null, offset: null }))}>
    <option value="">Any owner</option>${members.map(({ user }) => html`<option key=${user.id} value=${user.id} selected=${String(user.id) === now}>${
      user.id === me.value.id ? `${nameOf(user)} (you)` : nameOf(user)}</option>`)}</select></label>`;
}

/** @param {{ list: any, isFiltered: boolean, waiting: Set<number | null> }} props */
function Body({ list, isFiltered, waiting }) {
  const rows = list.data.results;
  if (!rows.length && isFiltered) return html`<${NoMatch} what="experiments" />`;
  if (!rows.length) return html`<${Nothing} />`;
  return html`<table class="list experiments">
    <thead><tr><${SortHeading} by="name" kind="wide">Name, flag<//><th scope="col">State</th><${SortHeading} by="start_date" first="-">Started<//>
      <th scope="col" class="r">Runtime</th><th scope="col">Primary metric</th><${SortHeading} by="created_at" first="-">Created<//><th scope="col"><span class="sr">Actions</span></th></tr></thead>
    <tbody>${rows.map((/** @type {any} */ one) => html`<${Row} key=${one.id} one=${one} isWaiting=${waiting.has(one.feature_flag?.id)} reload=${list.reload} />`)}</tbody></table>
    <${Pages} total=${list.data.count} shown=${rows.length} />`;
}

/** @param {{ one: any, isWaiting: boolean, reload: () => void }} props */
function Row({ one, isWaiting, reload }) {
  const href = page(`experiments/${one.id}`);
  const metric = metricsOf(one, "primary")[0];
  return html`<tr>
    <td class="wide"><a class="title" dir="auto" href=${href} title=${one.name}>${one.name}</a><${CopyCode} text=${one.feature_flag_key} /></td>
    <td><${State} experiment=${one} />${isWaiting && html`<${Waiting} href=${page("change_requests")} />`}</td>
    <td class="num roomy"><${Time} at=${one.start_date ?? one.scheduling_config?.launch_at} only="date" /></td>
    <td class="r num">${runtimeText(one)}</td>
    <td class="quiet full"><${PrimaryCell} experiment=${one} metric=${metric} /></td>
    <td class="num quiet roomy"><${Time} at=${one.created_at} only="date" /><span class="small by" dir="auto">${nameOf(one.created_by)}</span></td>
    <td class="r"><${Menu} label=${`Actions for ${one.name}`} items=${[
      { text: "Open", icon: "flask", href },
      mayMake("experiment") && { text: "Duplicate", icon: "copy", run: () => duplicate(one) },
      mayEdit(one) && ["stopped", "shipped"].includes(stateOf(one)) && { text: "Archive", icon: "archive", run: () => archiveWithUndo(one, reload) },
      { text: "Show as curl", icon: "terminal", run: () => showCurl("GET", P(`experiments/${one.id}/`)) },
    ]} /></td></tr>`;
}

/** "20 of 26 d". @param {any} one */
function runtimeText(one) {
  const days = daysRun(one, Date.now());
  if (days === null) return "–";
  const planned = planOf(one).days;
  return planned ? `${count(Math.floor(days))} of ${count(Math.ceil(planned))} d` : `${count(Math.floor(days))} d`;
}

const Nothing = () => html`<${Empty} title="No experiment yet">
  <p>An experiment shows people different variants and counts what they do. Its feature flag decides who sees which.</p>
  <div class="actions">${mayMake("experiment") && html`<a class="button primary" href=${page("experiments/new")}>New experiment</a>`}
    <button type="button" onClick=${() => showCurl("POST", P("experiments/"), { name: "Checkout button", feature_flag_key: "checkout-button" })}><${Icon} name="terminal" />As curl</button></div></${Empty}>`;

/** @param {string} path */
async function exportAll(path) {
  const rows = await readAll(path, 10_000);
  download("experiments.csv", "text/csv", csvOf(
    ["id", "name", "feature_flag_key", "state", "start_date", "end_date", "created_at", "created_by", "conclusion"],
    rows.map((one) => [one.id, one.name, one.feature_flag_key, WORDS[stateOf(one)], one.start_date, one.end_date, one.created_at, one.created_by?.email, one.conclusion]),
  ));
}
