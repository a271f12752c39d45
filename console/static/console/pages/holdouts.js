// The list of holdouts.
import { html, onValue, useState } from "../html.js";
import { change } from "../api.js";
import { query } from "../router.js";
import { P, mayMake, nameOf, page } from "../session.js";
import { showCurl } from "../ui/copy.js";
import { DialogForm, ask } from "../ui/dialog.js";
import { Field, Share } from "../ui/field.js";
import { Icon } from "../ui/icon.js";
import { NoMatch, Search } from "../ui/list_page.js";
import { Menu } from "../ui/menu.js";
import { Empty, Loaded } from "../ui/states.js";
import { Waiting } from "../ui/state.js";
import { Time } from "../ui/time.js";
import { useTitle } from "../ui/title.js";
import { useRead } from "../ui/use_read.js";
import { holdoutOf, useWaiting } from "../ui/waiting.js";

export default function Holdouts() {
  useTitle("Holdouts");
  const path = P("experiment_holdouts/?limit=1000");
  const list = useRead(path, 30);
  const { ids: waiting } = useWaiting(holdoutOf, 30);
  const typed = (query.value.get("search") ?? "").toLowerCase();
  const rows = (list.data?.results ?? []).filter((/** @type {any} */ one) => one.name.toLowerCase().includes(typed));
  const create = async () => void ((await ask((close) => html`<${Create} close=${close} />`)) && list.reload());
  return html`<header class="head"><div class="row"><h1>Holdouts</h1>${mayMake("experiment") && html`<div class="actions"><button type="button" class="primary" onClick=${create}><${Icon} name="plus" />New holdout</button></div>`}</div>
      <p class="hypothesis">People of a holdout see no experiment that uses it, so that the effect of all of them together can be told.</p></header>
    <div class="toolbar"><${Search} label="Search" /><${Menu} label="More" items=${[{ text: "Show as curl", icon: "terminal", run: () => showCurl("GET", path) }]} /></div>
    <div class="panel"><${Loaded} reading=${list} what="project" tall>${() => !rows.length ? (typed ? html`<${NoMatch} what="holdouts" />` : html`<${Empty} title="No holdout yet" icon="shield"><p>A few percent of people who never see experiments are enough.</p></${Empty}>`)
      : html`<table class="list"><thead><tr><th scope="col" class="wide">Name</th><th scope="col" class="r">Keeps out</th><th scope="col">Since</th><th scope="col">By</th></tr></thead><tbody>${rows.map((/** @type {any} */ one) => html`<tr key=${one.id}>
        <td class="wide"><a class="title" dir="auto" href=${page(`holdouts/${one.id}`)}>${one.name}</a>${waiting.has(one.id) && html` <${Waiting} href=${page("change_requests")} />`}${one.description && html`<span class="small two-lines wider" dir="auto">${one.description}</span>`}</td>
        <td class="r num">${one.filters?.[0]?.rollout_percentage ?? 0} %</td><td class="num"><${Time} at=${one.created_at} only="date" /></td><td class="quiet" dir="auto">${nameOf(one.created_by)}</td></tr>`)}</tbody></table>`}</${Loaded}></div>`;
}

/** @param {{ close: any }} props */
function Create({ close }) {
  const [form, setForm] = useState({ name: "", description: "", share: 5 });
  const body = { name: form.name, description: form.description || null, filters: [{ properties: [], rollout_percentage: form.share }] };
  return html`<${DialogForm} title="New holdout" submit="Create holdout" disabled=${!form.name.trim()} close=${close} onSubmit=${() => change("POST", P("experiment_holdouts/"), body)}>
    <${Field} label="Name" attr="name"><input dir="auto" maxlength="400" value=${form.name} onInput=${onValue((name) => setForm({ ...form, name }))} /></${Field}>
    <${Field} label="Description" attr="description" optional><input dir="auto" maxlength="400" value=${form.description} onInput=${onValue((description) => setForm({ ...form, description }))} /></${Field}>
    <${Share} label="Keeps out" value=${form.share} onChange=${(share) => setForm({ ...form, share })} /></${DialogForm}>`;
}
