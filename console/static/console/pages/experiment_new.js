// A new experiment on one page; nothing is stored before "Create draft".
import { html, useState } from "../html.js";
import { Refusal, change } from "../api.js";
import { navigate } from "../router.js";
import { P, mayMake, page } from "../session.js";
import { emptyForm, problemsOf, requestOf, warningsOf } from "../domain/experiment_form.js";
import { useDraft } from "../ui/draft.js";
import { focusWrong } from "../ui/field.js";
import { FlagSection, Idea, VariantSection } from "../ui/new_experiment/who.js";
import { MetricSection, Plan, Summary } from "../ui/new_experiment/plan.js";
import { Failed } from "../ui/states.js";
import { Crumbs } from "../ui/tabs.js";
import { useTitle } from "../ui/title.js";

// Which field the server means.
const FIELDS = /** @type {Record<string, string>} */ ({ name: "name", key: "key", feature_flag_key: "key", description: "description", holdout_id: "holdout", parameters: "variants", feature_flag: "variants" });

export default function NewExperiment() {
  useTitle("New experiment");
  const [form, setForm, forget] = useDraft(`experiment ${location.pathname}`, emptyForm);
  const [problems, setProblems] = useState(/** @type {Record<string, string>} */ ({}));
  const [isBusy, setBusy] = useState(false);
  // An answer of the server changes what is typed by then, not what was typed when it was asked.
  const set = (/** @type {any} */ changes) => setForm((old) => ({ ...old, ...changes }));
  const body = requestOf(form);

  const create = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const found = problemsOf(form);
    setProblems(found);
    if (Object.keys(found).length) return focusWrong();
    setBusy(true);
    try {
      const made = await change("POST", P("experiments/"), body);
      forget();
      navigate(page(`experiments/${made.id}`), { force: true });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setProblems({ [FIELDS[error.attr ?? ""] ?? "form"]: error.message });
      focusWrong();
    } finally {
      setBusy(false);
    }
  };
  if (!mayMake("experiment")) return html`<${Failed} error=${{ status: 403 }} back=${html`<a href=${page("experiments")}>To the experiments</a>`} />`;
  const shared = { form, set, problems };
  return html`<${Crumbs} to=${page("experiments")} up="Experiments">New</${Crumbs}>
    <header class="head"><h1>New experiment</h1></header>
    <form class="columns" onSubmit=${create} noValidate><div class="stack">
      ${problems.form && html`<p class="notice bad" role="alert">${problems.form}</p>`}
      <${Idea} ...${shared} /><${FlagSection} ...${shared} /><${VariantSection} ...${shared} />
      <${MetricSection} ...${shared} /><${Plan} ...${shared} /></div>
      <${Summary} form=${form} body=${body} warnings=${warningsOf(form)} isBusy=${isBusy} clear=${() => { forget(); setForm(emptyForm()); setProblems({}); }} /></form>`;
}
