// A new feature flag.
import { html, onValue, useState } from "../html.js";
import { Refusal, change } from "../api.js";
import { navigate } from "../router.js";
import { P, mayMake, page } from "../session.js";
import { filtersOf, flagProblem, variantProblem } from "../domain/flag_form.js";
import { useDraft } from "../ui/draft.js";
import { Check, Field, Radio, focusWrong } from "../ui/field.js";
import { Conditions, Payloads, Variants } from "../ui/flag/parts.js";
import { Curl } from "../ui/copy.js";
import { announce, waitsForApproval } from "../ui/requests.js";
import { Crumbs } from "../ui/tabs.js";
import { useTitle } from "../ui/title.js";

const empty = () => ({
  key: "", name: "", active: false, kind: "boolean", groups: /** @type {any[]} */ ([{ properties: [], rollout_percentage: 100 }]),
  variants: /** @type {any[]} */ ([{ key: "control", rollout_percentage: 50 }, { key: "test", rollout_percentage: 50 }]), payloads: {},
});

/** @param {ReturnType<typeof empty>} form */
const bodyOf = (form) => ({
  key: form.key, name: form.name, active: form.active,
  filters: filtersOf({ groups: form.groups, payloads: form.payloads, ...(form.kind === "variants" && { multivariate: { variants: form.variants } }) }),
});

export default function NewFlag() {
  useTitle("New flag");
  const [form, setForm, forget] = useDraft(`flag ${location.pathname}`, empty);
  const [problem, setProblem] = useState(/** @type {{ attr: string | null, text: string }} */ ({ attr: null, text: "" }));
  const refuse = (/** @type {string | null} */ attr, /** @type {string} */ text) => {
    setProblem({ attr, text });
    focusWrong();
  };
  const errorOf = (/** @type {string} */ attr) => (problem.attr === attr ? problem.text : null);
  const may = mayMake("feature_flag");
  const variants = form.kind === "variants" ? form.variants : [];
  const set = (/** @type {any} */ changes) => setForm({ ...form, ...changes });
  const body = bodyOf(form);
  const create = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const wrong = form.key ? flagProblem(body.filters) : "A flag needs a key.";
    if (wrong) return refuse(!form.key ? "key" : wrong === variantProblem(body.filters) ? "variants" : null, wrong);
    try {
      const made = await change("POST", P("feature_flags/"), body);
      forget();
      navigate(page(`feature_flags/${made.id}`), { force: true });
    } catch (error) {
      if (waitsForApproval(error)) {
        forget();
        navigate(page("change_requests"), { force: true });
        return announce(error);
      }
      if (!(error instanceof Refusal)) throw error;
      refuse(error.attr, error.message);
    }
  };
  return html`<${Crumbs} to=${page("feature_flags")} up="Feature flags">New</${Crumbs}><header class="head"><h1>New feature flag</h1></header>
    <form class="panel" onSubmit=${create} noValidate><fieldset class="inside" disabled=${!may}>
      ${!may && html`<p class="notice">You may look at flags here, not make any.</p>`}
      ${problem.text && !["key", "name", "variants"].includes(problem.attr ?? "") && html`<p class="notice bad" role="alert">${problem.text}</p>`}
      <div class="narrow stack tight"><${Field} label="Key" error=${errorOf("key")} help="Your code asks for this key."><input class="code" spellcheck="false" maxlength="400" value=${form.key} onInput=${onValue((key) => set({ key }))} /></${Field}>
        <${Field} label="Description" optional error=${errorOf("name")}><input dir="auto" value=${form.name} onInput=${onValue((name) => set({ name }))} /></${Field}></div>
      <fieldset><legend class="legend-text">Serves</legend><div class="line-up"><${Radio} name="kind" value="boolean" checked=${form.kind === "boolean"} onChange=${(kind) => set({ kind })}>On or off</${Radio}>
        <${Radio} name="kind" value="variants" checked=${form.kind === "variants"} onChange=${(kind) => set({ kind })}>Variants</${Radio}></div></fieldset>
      ${form.kind === "variants" && html`<${Variants} variants=${variants} error=${errorOf("variants")} onChange=${(variants) => set({ variants })} />`}
      <${Conditions} groups=${form.groups} variants=${variants} error=${errorOf("filters")} onChange=${(groups) => set({ groups })} />
      <${Payloads} variants=${variants} payloads=${form.payloads} onChange=${(payloads) => set({ payloads })} />
      <${Check} checked=${form.active} onChange=${(active) => set({ active })}>Switch it on at once</${Check}></fieldset>
      <footer class="foot-bar"><${Curl} path=${P("feature_flags/")} method="POST" body=${body} /><a class="button" href=${page("feature_flags")}>Cancel</a><button class="primary" disabled=${!may}>Create flag</button></footer></form>`;
}
