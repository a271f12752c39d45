// One saved metric.
import { html, onValue, useState } from "../html.js";
import { change } from "../api.js";
import { navigate } from "../router.js";
import { P, mayEdit, page } from "../session.js";
import { plural, tagsOf } from "../domain/format.js";
import { formOf as metricForm, metricFrom, missingIn } from "../domain/metric_form.js";
import { metricText } from "../domain/metric_text.js";
import { Access } from "../ui/access_rules.js";
import { Curl } from "../ui/copy.js";
import { DialogForm, ask } from "../ui/dialog.js";
import { Field } from "../ui/field.js";
import { Icon } from "../ui/icon.js";
import { MetricFields } from "../ui/metric_dialog.js";
import { useObjectForm } from "../ui/object_form.js";
import { Loaded } from "../ui/states.js";
import { Crumbs } from "../ui/tabs.js";
import { useTitle } from "../ui/title.js";
import { say } from "../ui/toast.js";
import { UsedBy, useUsers } from "../ui/used_by.js";
import { useRead } from "../ui/use_read.js";

/** @param {{ parts: string[] }} props */
export default function SavedMetric({ parts: [id] }) {
  const reading = useRead(P(`experiment_saved_metrics/${id}/`), 15);
  useTitle(reading.data?.name);
  return html`<${Loaded} reading=${reading} what=${`saved metric ${id}`} back=${html`<a href=${page("saved_metrics")}>To the saved metrics</a>`}>${(/** @type {any} */ metric) => html`
    <${Editor} key=${id} metric=${metric} etag=${reading.etag} reload=${reading.reload} />`}</${Loaded}>`;
}

/** @param {any} one */
const formOf = (one) => ({ description: one.description ?? "", tags: one.tags.join(", "), ...metricForm({ ...one.query, name: one.name }) });

/** @param {{ metric: any, etag: string | null, reload: () => void }} props */
function Editor({ metric, etag, reload }) {
  const path = P(`experiment_saved_metrics/${metric.id}/`);
  const may = mayEdit(metric);
  const isLegacy = metric.query.kind !== "ExperimentMetric";
  const [isOpen, setOpen] = useState(false);
  const experiments = useUsers(`saved_metric_id=${metric.id}`);
  const running = (experiments ?? []).filter((one) => one.start_date && !one.end_date);
  const { form, set, save, isDirty, bar, errorOf, notices } = useObjectForm({
    object: metric, etag, path, reload, formOf,
    // The name in the definition is another one, which this form does not show.
    changesOf: (value, { query }) => ({
      name: value.name, description: value.description || null, tags: tagsOf(value.tags),
      ...(!isLegacy && { query: metricFrom({ ...value, name: query.name ?? "" }, query) }),
    }),
  });
  const remove = async () => {
    const answer = await ask((close) => html`<${DialogForm} title="Delete the saved metric" submit="Delete" danger close=${close} onSubmit=${() => change("DELETE", path)}>
      <p>${experiments?.length ? `${plural(experiments.length, "experiment loses", "experiments lose")} this metric.` : experiments ? "No experiment uses it." : "Experiments that use it lose it."}</p></${DialogForm}>`);
    if (answer === undefined) return;
    navigate(page("saved_metrics"), { force: true });
    say("Deleted.");
  };
  const missing = isLegacy ? "" : missingIn(form);
  return html`<${Crumbs} to=${page("saved_metrics")} up="Saved metrics">${metric.name}</${Crumbs}>
    <header class="head"><div class="row"><h1 dir="auto">${metric.name}</h1><div class="actions"><${Curl} path=${path} />${may && html`<button type="button" onClick=${remove}>Delete…</button>`}</div></div><p class="hypothesis">${metricText(metric.query)}</p></header>
    <div class="columns"><div class="stack"><form class="panel" onSubmit=${save} noValidate><header><h2>Definition</h2></header><fieldset class="inside" disabled=${!may}>
        ${notices(["description"])}
        ${isLegacy ? html`<p class="notice">A metric of an older kind: shown as it is, edited over the API.</p>` : html`<${MetricFields} form=${form} setForm=${set} />`}
        <${Field} label="Description" optional error=${errorOf("description")}><input dir="auto" maxlength="400" value=${form.description} onInput=${onValue((description) => set({ description }))} /></${Field}>
        <${Field} label="Tags" optional help="Separated by commas."><input value=${form.tags} onInput=${onValue((tags) => set({ tags }))} /></${Field}>
        ${isDirty && running.length > 0 && html`<p class="notice warn"><${Icon} name="alert" /><span>Used by ${plural(experiments?.length ?? 0, "experiment")}; a change recalculates ${plural(running.length, "running one")}.</span></p>`}
        <details open=${isOpen} onToggle=${(/** @type {any} */ event) => setOpen(event.target.open)}><summary class="small">As JSON</summary><pre class="code block wrap" tabindex="0">${JSON.stringify(metric.query, null, 2)}</pre></details></fieldset>
        ${bar(isDirty && missing, !may || Boolean(missing))}</form>
      <${Access} resource="experiment_saved_metrics" id=${metric.id} /></div>
      <${UsedBy} experiments=${experiments} /></div>`;
}
