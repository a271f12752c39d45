// The project: its name and zone, tokens, policies, access.
import { html, onValue } from "../html.js";
import { isRounded } from "../domain/flag_form.js";
import { page, project, projectId } from "../session.js";
import { ProjectAccess } from "../ui/access_rules.js";
import { Curl } from "../ui/copy.js";
import { Field, METHODS, Select } from "../ui/field.js";
import { Properties, Rounded } from "../ui/flag/parts.js";
import { useObjectForm } from "../ui/object_form.js";
import { Policies } from "../ui/settings/policies.js";
import { Tokens } from "../ui/settings/keys.js";
import { Loaded } from "../ui/states.js";
import { Tabs } from "../ui/tabs.js";
import { useTitle } from "../ui/title.js";
import { useRead } from "../ui/use_read.js";

function General() {
  const path = `/api/projects/${projectId.value}/`;
  const reading = useRead(path);
  return html`<${Loaded} reading=${reading} what="project">${(/** @type {any} */ object) => html`<${Form} object=${object} etag=${reading.etag} path=${path} reload=${reading.reload} />`}</${Loaded}>`;
}

/** @param {any} one */
const formOf = (one) => ({
  name: one.name, timezone: one.timezone, test_account_filters: one.test_account_filters ?? [],
  default_experiment_stats_method: one.default_experiment_stats_method, default_experiment_confidence_level: one.default_experiment_confidence_level,
});

const zones = () => Intl.supportedValuesOf?.("timeZone") ?? [];

/** @param {any} options */
function Form(options) {
  const { form, set, save, bar, errorOf, notices } = useObjectForm({
    ...options, formOf, changesOf: (/** @type {any} */ value) => value,
    reload: (/** @type {any} */ now) => {
      options.reload();
      if (now) project.value = { ...project.value, name: now.name, timezone: now.timezone };
    },
  });
  const off = options.object.user_access_level !== "admin";
  const rounded = isRounded(options.object.test_account_filters);
  return html`<form class="panel" onSubmit=${save} noValidate><header><h2>General</h2><${Curl} path=${options.path} /></header><fieldset class="inside" disabled=${off}><div class="narrow stack tight">
    ${notices(["name", "timezone"])}
    ${off && html`<p class="notice">Only admins of the project change this.</p>`}
    <${Field} label="Name" error=${errorOf("name")}><input dir="auto" maxlength="200" value=${form.name} onInput=${onValue((name) => set({ name }))} /></${Field}>
    <${Field} label="Time zone" error=${errorOf("timezone")} help="Days of results, and the times that everybody sees."><input list="zones" value=${form.timezone} onInput=${onValue((timezone) => set({ timezone }))} /></${Field}>
    <datalist id="zones">${[...new Set(["UTC", ...zones()])].map((zone) => html`<option value=${zone} />`)}</datalist>
    <div class="line-up align-end"><${Field} label="Method of new experiments"><${Select} value=${form.default_experiment_stats_method} choices=${[["", "as the organization"], ...METHODS]} onChange=${(value) => set({ default_experiment_stats_method: value || null })} /></${Field}>
      <${Field} label="Level"><${Select} value=${form.default_experiment_confidence_level && Number(form.default_experiment_confidence_level).toFixed(2)} choices=${[["", "95 %"], ...["0.90", "0.95", "0.99"].map((level) => [level, `${Number(level) * 100} %`])]}
        onChange=${(level) => set({ default_experiment_confidence_level: level || null })} /></${Field}></div></div>
    <div><p class="legend-text">Test accounts are left out</p><p class="small">Exposures count only for people who fit these conditions.</p>
      <fieldset disabled=${rounded}>${rounded && html`<${Rounded} />`}<${Properties} properties=${form.test_account_filters} onChange=${(filters) => set({ test_account_filters: filters })} /></fieldset></div></fieldset>
    ${bar("", off)}</form>`;
}

const TABS = { general: General, keys: Tokens, policies: Policies, access: ProjectAccess };

/** @param {{ parts: string[] }} props */
export default function Settings({ parts: [tab = "general"] }) {
  useTitle("Settings");
  const View = TABS[/** @type {keyof typeof TABS} */ (tab)];
  return html`<header class="head"><h1>Project settings</h1></header>
    <${Tabs} label="Settings" now=${tab} base=${page("settings")} tabs=${[["general", "General"], ["keys", "Tokens and keys"], ["policies", "Approval policies"], ["access", "Access"]]} /><${View} />`;
}
