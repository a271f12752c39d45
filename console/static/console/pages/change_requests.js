// Changes that wait for approval, or waited; one of them when its id is in the address.
import { html } from "../html.js";
import { query } from "../router.js";
import { P, page } from "../session.js";
import { Curl } from "../ui/copy.js";
import { Filter, PAGE, Pages } from "../ui/list_page.js";
import { usePeople } from "../ui/access_rules.js";
import { RequestCard } from "../ui/request_card.js";
import { Empty, Loaded } from "../ui/states.js";
import { Crumbs } from "../ui/tabs.js";
import { useTitle } from "../ui/title.js";
import { useRead } from "../ui/use_read.js";

/** @param {{ parts: string[] }} props */
export default function ChangeRequests({ parts: [id] }) {
  useTitle("Change requests");
  return id ? html`<${One} id=${id} />` : html`<${Many} />`;
}

/** @param {{ id: string }} props */
function One({ id }) {
  const reading = useRead(P(`change_requests/${id}/`), 5);
  const { called } = usePeople();
  return html`<${Loaded} reading=${reading} what="request" back=${html`<a href=${page("change_requests")}>To the requests</a>`}>${(/** @type {ChangeRequest} */ request) => html`
    <${Crumbs} to=${page("change_requests")} up="Change requests">${request.intent_display?.description ?? id}</${Crumbs}><${RequestCard} request=${request} reload=${reading.reload} called=${called} isOpen />`}</${Loaded}>`;
}

function Many() {
  const tab = query.value.get("show") ?? "";
  const path = P(`change_requests/?${tab === "all" ? `limit=${PAGE}&offset=${query.value.get("offset") ?? 0}` : "state=pending&limit=1000"}`);
  const list = useRead(path, 15);
  const { called } = usePeople();
  const all = list.data?.results ?? [];
  const rows = tab === "all" ? all : all.filter((/** @type {any} */ one) => (tab === "mine" ? one.is_requester : one.can_approve && !one.user_decision));
  const others = tab === "" ? all.length - rows.length : 0;
  return html`<header class="head"><div class="row"><h1>Change requests</h1><div class="actions"><${Curl} path=${path} /></div></div></header>
    <div class="toolbar"><${Filter} name="show" label="Which" choices=${/** @type {[string, string][]} */ ([["", "For me"], ["mine", "Mine"], ["all", "All"]])} /></div>
    <${Loaded} reading=${list} what="list" tall>${() => !rows.length ? html`<div class="panel"><${Empty} title=${tab === "" ? "Nothing waits for you" : tab === "mine" ? "You wait for nothing" : "No change request yet"} icon="git">
        <p>${others > 0 ? `${others} pending ${others === 1 ? "request is" : "requests are"} for others.` : "Policies in the settings say which changes need the agreement of others."}</p></${Empty}></div>`
      : html`<div class="stack">${rows.map((/** @type {any} */ one) => html`<${RequestCard} key=${one.id} request=${one} reload=${list.reload} called=${called} />`)}
          ${tab === "all" && html`<${Pages} total=${list.data.count} shown=${rows.length} />`}</div>`}</${Loaded}>`;
}
