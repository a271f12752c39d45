// One holdout.
import { html, onValue } from "../html.js";
import { change } from "../api.js";
import { navigate } from "../router.js";
import { P, mayMake, page } from "../session.js";
import { Curl } from "../ui/copy.js";
import { DialogForm, ask } from "../ui/dialog.js";
import { Field, Share } from "../ui/field.js";
import History from "../ui/history.js";
import { useObjectForm } from "../ui/object_form.js";
import { Pending } from "../ui/requests.js";
import { Waiting } from "../ui/state.js";
import { Loaded } from "../ui/states.js";
import { Crumbs } from "../ui/tabs.js";
import { useTitle } from "../ui/title.js";
import { say } from "../ui/toast.js";
import { UsedBy, useUsers } from "../ui/used_by.js";
import { useRead } from "../ui/use_read.js";
import { holdoutOf, useWaiting } from "../ui/waiting.js";

/** @param {{ parts: string[] }} props */
export default function Holdout({ parts: [id] }) {
  const reading = useRead(P(`experiment_holdouts/${id}/`), 15);
  const waiting = useWaiting(holdoutOf, 15);
  const reload = () => {
    reading.reload();
    waiting.reload();
  };
  useTitle(reading.data?.name);
  return html`<${Loaded} reading=${reading} what=${`holdout ${id}`} back=${html`<a href=${page("holdouts")}>To the holdouts</a>`}>${(/** @type {Holdout} */ holdout) => html`
    <${Editor} key=${id} holdout=${holdout} etag=${reading.etag} reload=${reload} pending=${waiting.about(Number(id))} />`}</${Loaded}>`;
}

/** @param {any} one */
const formOf = (one) => ({ name: one.name, description: one.description ?? "", share: one.filters?.[0]?.rollout_percentage ?? 0 });

/** @param {{ holdout: Holdout, etag: string | null, reload: () => void, pending: any[] }} props */
function Editor({ holdout, etag, reload, pending }) {
  const path = P(`experiment_holdouts/${holdout.id}/`);
  const experiments = useUsers(`holdout_id=${holdout.id}`);
  const may = mayMake("experiment");
  const running = (experiments ?? []).filter((one) => one.start_date && !one.end_date);
  const { form, set, save, bar, errorOf, notices } = useObjectForm({
    object: holdout, etag, path, reload, formOf,
    changesOf: (value, now) => ({ name: value.name, description: value.description || null, filters: [{ ...now.filters?.[0], rollout_percentage: value.share }, ...(now.filters ?? []).slice(1)] }),
  });
  const remove = async () => {
    const answer = await ask((close) => html`<${DialogForm} title="Delete the holdout" submit="Delete" danger close=${close} onSubmit=${() => change("DELETE", path)}><p>Its people see experiments again.</p></${DialogForm}>`);
    if (answer === "waiting") return reload();
    if (answer === undefined) return;
    navigate(page("holdouts"), { force: true });
    say("Deleted.");
  };
  return html`<${Crumbs} to=${page("holdouts")} up="Holdouts">${holdout.name}</${Crumbs}>
    <header class="head"><div class="row"><h1 dir="auto">${holdout.name}</h1><div class="actions"><${Curl} path=${path} />${may && html`<button type="button" onClick=${remove}>Delete…</button>`}</div></div>${pending.length > 0 && html`<div class="meta"><${Waiting} href=${page(`change_requests/${pending[0].id}`)} /></div>`}</header>
    <${Pending} requests=${pending} reload=${reload} />
    <div class="columns"><div class="stack"><form class="panel" onSubmit=${save} noValidate><header><h2>Settings</h2></header><fieldset class="inside" disabled=${!may}>
        ${notices(["name", "description"])}
        <${Field} label="Name" error=${errorOf("name")}><input dir="auto" maxlength="400" value=${form.name} onInput=${onValue((name) => set({ name }))} /></${Field}>
        <${Field} label="Description" optional error=${errorOf("description")}><input dir="auto" maxlength="400" value=${form.description} onInput=${onValue((description) => set({ description }))} /></${Field}>
        <${Share} label="Keeps out" value=${form.share} onChange=${(/** @type {number} */ share) => set({ share })} />
        ${running.length > 0 && form.share !== formOf(holdout).share && html`<p class="notice warn">${form.share > formOf(holdout).share ? "Raising it moves people out of running experiments." : "Lowering it lets people into running experiments."}</p>`}</fieldset>
        ${bar("", !may)}</form>
      <${History} resource="experiment_holdouts" id=${String(holdout.id)} /></div>
      <${UsedBy} experiments=${experiments} /></div>`;
}
