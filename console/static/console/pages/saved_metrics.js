// The list of saved metrics.
import { html } from "../html.js";
import { change } from "../api.js";
import { navigate, query } from "../router.js";
import { P, mayMake, nameOf, page } from "../session.js";
import { isDecrease, metricText } from "../domain/metric_text.js";
import { showCurl } from "../ui/copy.js";
import { Icon } from "../ui/icon.js";
import { NoMatch, Search } from "../ui/list_page.js";
import { Menu } from "../ui/menu.js";
import { editMetric } from "../ui/metric_dialog.js";
import { Empty, Loaded } from "../ui/states.js";
import { useTitle } from "../ui/title.js";
import { useRead } from "../ui/use_read.js";

export default function SavedMetrics() {
  useTitle("Saved metrics");
  const path = P("experiment_saved_metrics/?limit=1000");
  const list = useRead(path, 30);
  const typed = (query.value.get("search") ?? "").toLowerCase();
  const rows = (list.data?.results ?? []).filter((/** @type {any} */ one) => `${one.name} ${one.tags.join(" ")}`.toLowerCase().includes(typed));
  const create = async () => {
    const made = await editMetric({ title: "New saved metric", save: async (one) => {
      const { name, ...document } = one.metric;
      one.savedMetricId = (await change("POST", P("experiment_saved_metrics/"), { name: name || metricText(document), query: document })).id;
    } });
    if (made) navigate(page(`saved_metrics/${made.savedMetricId}`));
  };
  return html`<header class="head"><div class="row"><h1>Saved metrics</h1>${mayMake("experiment") && html`<div class="actions"><button type="button" class="primary" onClick=${create}><${Icon} name="plus" />New saved metric</button></div>`}</div>
      <p class="hypothesis">Defined once, used by many experiments; a change reaches all of them.</p></header>
    <div class="toolbar"><${Search} label="Search name, tag" /><${Menu} label="More" items=${[{ text: "Show as curl", icon: "terminal", run: () => showCurl("GET", path) }]} /></div>
    <div class="panel"><${Loaded} reading=${list} what="project" tall>${() => !rows.length ? (typed ? html`<${NoMatch} what="saved metrics" />` : html`<${Empty} title="No saved metric yet" icon="ruler"><p>Save what you measure again and again.</p></${Empty}>`)
      : html`<table class="list"><thead><tr><th scope="col" class="wide">Name</th><th scope="col">What it counts</th><th scope="col">Goal</th><th scope="col">By</th></tr></thead><tbody>${rows.map((/** @type {any} */ one) => html`<tr key=${one.id}>
        <td class="wide"><a class="title" dir="auto" href=${page(`saved_metrics/${one.id}`)}>${one.name}</a>${one.tags.length > 0 && html`<span class="chips">${one.tags.map((/** @type {string} */ tag) => html`<span class="pill" key=${tag}>${tag}</span>`)}</span>`}</td>
        <td class="quiet">${metricText(one.query)}</td><td class="nowrap"><span class=${isDecrease(one.query) ? "goal down" : "goal"}>${isDecrease(one.query) ? "↓ less" : "↑ more"}</span></td><td class="quiet" dir="auto">${nameOf(one.created_by)}</td></tr>`)}</tbody></table>`}</${Loaded}></div>`;
}
