// A new feature flag.
import { html, onValue, useState } from "../html.js";
import { Refusal, change } from "../api.js";
import { navigate } from "../router.js";
import { P, page } from "../session.js";
import { flagProblem } from "../domain/flag_diff.js";
import { useDraft } from "../ui/draft.js";
import { Check, Field, Radio } from "../ui/field.js";
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
  filters: { groups: form.groups, ...(form.kind === "variants" && { multivariate: { variants: form.variants } }), payloads: form.payloads },
});

export default function NewFlag() {
  useTitle("New flag");
  const [form, setForm, forget] = useDraft(`flag ${location.pathname}`, empty);
  const [problem, setProblem] = useState(/** @type {{ attr: string | null, text: string }} */ ({ attr: null, text: "" }));
  const set = (/** @type {any} */ changes) => setForm({ ...form, ...changes });
  const body = bodyOf(form);
  const create = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const wrong = form.key ? flagProblem(body.filters) : "A flag needs a key.";
    if (wrong) return setProblem({ attr: form.key ? null : "key", text: wrong });
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
      setProblem({ attr: error.attr, text: error.message });
    }
  };
  return html`<${Crumbs} to=${page("feature_flags")} up="Feature flags">New</${Crumbs}><header class="head"><h1>New feature flag</h1></header>
    <form class="panel" onSubmit=${create} noValidate><div class="inside">
      ${problem.text && problem.attr !== "key" && html`<p class="notice bad" role="alert">${problem.text}</p>`}
      <div class="narrow stack tight"><${Field} label="Key" error=${problem.attr === "key" ? problem.text : null} help="Your code asks for this key."><input class="code" spellcheck="false" maxlength="400" value=${form.key} onInput=${onValue((key) => set({ key }))} /></${Field}>
        <${Field} label="Description" optional><input dir="auto" value=${form.name} onInput=${onValue((name) => set({ name }))} /></${Field}></div>
      <fieldset><legend class="legend-text">Serves</legend><div class="line-up"><${Radio} name="kind" value="boolean" checked=${form.kind === "boolean"} onChange=${(/** @type {string} */ kind) => set({ kind })}>On or off</${Radio}>
        <${Radio} name="kind" value="variants" checked=${form.kind === "variants"} onChange=${(/** @type {string} */ kind) => set({ kind })}>Variants</${Radio}></div></fieldset>
      ${form.kind === "variants" && html`<${Variants} variants=${form.variants} onChange=${(/** @type {any[]} */ variants) => set({ variants })} />`}
      <${Conditions} groups=${form.groups} variants=${form.kind === "variants" ? form.variants : []} onChange=${(/** @type {any[]} */ groups) => set({ groups })} />
      <${Payloads} keys=${form.kind === "variants" ? form.variants.map(({ key }) => key) : ["true"]} payloads=${form.payloads} isEncrypted=${false} onChange=${(/** @type {any} */ payloads) => set({ payloads })} />
      <${Check} checked=${form.active} onChange=${(/** @type {boolean} */ active) => set({ active })}>Switch it on at once</${Check}></div>
      <footer class="foot-bar"><${Curl} path=${P("feature_flags/")} method="POST" body=${body} /><a class="button" href=${page("feature_flags")}>Cancel</a><button class="primary">Create flag</button></footer></form>`;
}
