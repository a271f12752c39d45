// What happened in the project, newest first.
import { html, onValue, useRef, useState } from "../html.js";
import { read } from "../api.js";
import { query, setQuery } from "../router.js";
import { O, P, nameOf } from "../session.js";
import { ActivityList } from "../ui/activity_list.js";
import { Curl } from "../ui/copy.js";
import { Empty, Loaded } from "../ui/states.js";
import { useTitle } from "../ui/title.js";
import { useRead } from "../ui/use_read.js";

const KINDS = [["", "Everything"], ["Experiment", "Experiments, holdouts, metrics"], ["FeatureFlag", "Feature flags"]];

export default function Activity() {
  useTitle("Activity");
  const asked = new URLSearchParams({ page_size: "50" });
  for (const name of ["scope", "user"]) if (query.value.get(name)) asked.set(name, query.value.get(name) ?? "");
  const path = P(`activity_log/?${asked}`);
  const first = useRead(path, 30);
  const members = useRead(O("members/?limit=200"));
  const kept = useRef({ path: "", rows: /** @type {Map<string, any>} */ (new Map()) });
  const [more, setMore] = useState(/** @type {{ path: string, rows: any[], next: string | null } | null} */ (null));
  const older = more?.path === path ? more : null;
  const next = older ? older.next : first.data?.next;
  const load = async () => {
    const address = new URL(next);
    const found = await read(address.pathname + address.search);
    setMore({ path, rows: [...(older?.rows ?? []), ...found.results], next: found.next });
  };
  // What newer entries have pushed off the first page is still shown.
  if (kept.current.path !== path) kept.current = { path, rows: new Map() };
  for (const one of [...(first.data?.results ?? []), ...(older?.rows ?? [])]) kept.current.rows.set(one.id, one);
  const rows = [...kept.current.rows.values()].sort((a, b) => b.created_at.localeCompare(a.created_at));
  const put = (/** @type {string} */ name) => onValue((value) => setQuery({ [name]: value || null }));
  return html`<header class="head"><div class="row"><h1>Activity</h1><div class="actions"><${Curl} path=${path} /></div></div></header>
    <div class="toolbar"><label class="inline"><span class="sr">What</span><select onChange=${put("scope")}>${KINDS.map(([value, text]) => html`<option value=${value} selected=${value === (query.value.get("scope") ?? "")}>${text}</option>`)}</select></label>
      <label class="inline"><span class="sr">Who</span><select onChange=${put("user")}><option value="">Everybody</option>${(members.data?.results ?? []).map((/** @type {any} */ { user }) => html`<option key=${user.uuid} value=${user.uuid} selected=${user.uuid === query.value.get("user")}>${nameOf(user)}</option>`)}</select></label></div>
    <div class="panel"><${Loaded} reading=${first} what="activity" rows=${10}>${() => rows.length
      ? html`<div class="inside"><${ActivityList} entries=${rows} named />${next && html`<div><button type="button" onClick=${load}>Older</button></div>`}</div>` : html`<${Empty} title="Nothing here" icon="clock" />`}</${Loaded}></div>`;
}
