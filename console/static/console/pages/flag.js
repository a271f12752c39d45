// One feature flag: its head, and the tab that is open.
import { html } from "../html.js";
import { P, mayEdit, page } from "../session.js";
import { Access } from "../ui/access_rules.js";
import { FlagEditor, useExperiments } from "../ui/flag/editor.js";
import { FlagHead, Schedule } from "../ui/flag/head.js";
import TestPerson from "../ui/flag/test_person.js";
import History from "../ui/history.js";
import { Pending } from "../ui/requests.js";
import { Snippet } from "../ui/snippet.js";
import { Loaded, Stale } from "../ui/states.js";
import { Crumbs, Tabs } from "../ui/tabs.js";
import { useTitle } from "../ui/title.js";
import { useRead } from "../ui/use_read.js";
import { flagOf, useWaiting } from "../ui/waiting.js";

/** @param {{ parts: string[] }} props */
export default function Flag({ parts: [id, tab = "targeting"] }) {
  const reading = useRead(P(`feature_flags/${id}/`), 15);
  const waiting = useWaiting(flagOf, 15);
  const flag = reading.data;
  const experiments = useExperiments(flag?.experiment_set);
  useTitle(flag?.key);
  if (!flag) return html`<${Loaded} reading=${reading} what=${`flag ${id}`} back=${html`<a href=${page("feature_flags")}>To the flags</a>`} />`;
  const reload = () => {
    reading.reload();
    waiting.reload();
  };
  const pending = waiting.about(flag.id);
  const may = flag.can_edit !== false && mayEdit(flag);
  const shared = { flag, etag: reading.etag, reload, experiments, may };
  return html`<${Crumbs} to=${page("feature_flags")} up="Feature flags">${flag.key}</${Crumbs}><${FlagHead} ...${shared} pending=${pending} />
    <${Stale} reading=${reading} /><${Pending} requests=${pending} reload=${reload} />
    <${Tabs} label="Flag" now=${tab} base=${page(`feature_flags/${id}`)} tabs=${[["targeting", "Targeting"], ["test", "Test a person"], ["schedule", "Schedule"], ["history", "History"], ["settings", "Settings"]]} />
    ${tab === "targeting" && html`<${FlagEditor} ...${shared} />`}${tab === "test" && html`<${TestPerson} flag=${flag} />`}
    ${tab === "schedule" && html`<${Schedule} flag=${flag} may=${may} />`}
    ${tab === "history" && html`<${History} resource="feature_flags" id=${id} />`}${tab === "settings" && html`<${Settings} flag=${flag} />`}`;
}

/** @param {{ flag: FeatureFlag }} props */
function Settings({ flag }) {
  const dependent = useRead(P(`feature_flags/${flag.id}/dependent_flags/`));
  const standing = useRead(P(`feature_flags/${flag.id}/status/`));
  const others = dependent.data?.results ?? dependent.data ?? [];
  return html`<div class="stack"><section class="panel"><header><h2>About this flag</h2></header><div class="inside"><dl class="facts-list">
      <dt>In use</dt><dd>${standing.data?.reason ?? standing.data?.status ?? "…"}</dd><dt>Evaluated for</dt><dd>${flag.evaluation_runtime ?? "all"}</dd><dt>Bucketed by</dt><dd>${(flag.bucketing_identifier ?? "distinct_id").replaceAll("_", " ")}</dd>
      <dt>Keeps variants over login</dt><dd>${flag.ensure_experience_continuity ? "yes" : "no"}</dd>
      <dt>Needed by</dt><dd>${others.length ? others.map((/** @type {any} */ one) => html`<a key=${one.id} href=${page(`feature_flags/${one.id}`)}>${one.key}</a> `) : "no other flag"}</dd></dl></div></section>
    <section class="panel"><header><h2>In your code</h2></header><div class="inside"><${Snippet} flagKey=${flag.key} variants=${(flag.filters?.multivariate?.variants ?? []).map((/** @type {any} */ one) => one.key)} /></div></section>
    <${Access} resource="feature_flags" id=${flag.id} /></div>`;
}
