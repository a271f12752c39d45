// Personal API keys: made, shown once, renewed, revoked.
import { html, useState } from "../../html.js";
import { change } from "../../api.js";
import { copy } from "../copy.js";
import { DialogForm, ask } from "../dialog.js";
import { Check, Field } from "../field.js";
import { Icon } from "../icon.js";
import { Menu } from "../menu.js";
import { Failed, Skeleton } from "../states.js";
import { Ago } from "../time.js";
import { useRead } from "../use_read.js";

const KINDS = [["*", "everything"], ["experiment", "experiments"], ["feature_flag", "feature flags"], ["experiment_saved_metric", "saved metrics"], ["approvals", "approvals"], ["project", "projects"], ["organization_member", "members"], ["activity_log", "history"], ["person", "visitors"]];

export function Keys() {
  const path = "/api/personal_api_keys/";
  const reading = useRead(path);
  const create = async () => {
    const made = await ask((close) => html`<${Create} close=${close} />`);
    if (!made?.value) return;
    reading.reload();
    await show(made);
  };
  return html`<section class="panel"><header><h2>API keys</h2><span class="small">for scripts, as you</span><button type="button" onClick=${create}><${Icon} name="plus" />New key</button></header>
    ${reading.error ? html`<${Failed} error=${reading.error} what="list" retry=${reading.reload} />` : !reading.data ? html`<${Skeleton} rows=${3} />` : !reading.data.length ? html`<p class="inside-text quiet">No key.</p>`
      : html`<ul class="lines">${reading.data.map((/** @type {any} */ key) => html`<li key=${key.id} class="line-up"><span class="grow"><b dir="auto">${key.label}</b> <code>${key.mask_value}</code><span class="small block-text">${(key.scopes ?? []).join(", ") || "no scope"} · ${key.last_used_at ? html`used <${Ago} at=${key.last_used_at} />` : "never used"}</span></span>
        <${Menu} label=${`Actions for ${key.label}`} items=${[{ text: "New value…", icon: "refresh", run: () => roll(key, reading.reload) }, { text: "Revoke…", icon: "trash", danger: true, run: () => revoke(key, reading.reload) }]} /></li>`)}</ul>`}</section>`;
}

/** @param {any} key */
const show = (key) => ask((close) => html`<${DialogForm} title="Copy it now" submit="Copy" cancel="I have it" close=${close} onSubmit=${() => copy(key.value, "Copied the key")}>
  <p>It is kept only as a hash and never shown again.</p><pre class="code block wrap" tabindex="0" data-key>${key.value}</pre>
  <pre class="code block" tabindex="0">${`curl -H "Authorization: Bearer ${key.value}" \\\n  ${location.origin}/api/projects/@current/experiments/`}</pre></${DialogForm}>`);

/** @param {any} key @param {() => void} reload */
async function roll(key, reload) {
  const made = await ask((close) => html`<${DialogForm} title=${`A new value for ${key.label}`} submit="Make a new value" danger close=${close} onSubmit=${() => change("POST", `/api/personal_api_keys/${key.id}/roll/`, {})}><p>The old value is refused from then on.</p></${DialogForm}>`);
  if (!made?.value) return;
  reload();
  await show(made);
}

/** @param {any} key @param {() => void} reload */
async function revoke(key, reload) {
  if (await ask((close) => html`<${DialogForm} title=${`Revoke ${key.label}`} submit="Revoke" danger close=${close} onSubmit=${() => change("DELETE", `/api/personal_api_keys/${key.id}/`)}><p>Scripts that use it are refused at once.</p></${DialogForm}>`)) reload();
}

/** @param {{ close: any }} props */
function Create({ close }) {
  const [form, setForm] = useState({ label: "", scopes: /** @type {string[]} */ ([]) });
  const levelOf = (/** @type {string} */ kind) => form.scopes.find((scope) => scope.startsWith(`${kind}:`))?.split(":")[1] ?? "";
  const put = (/** @type {string} */ kind, /** @type {string} */ level) => setForm({ ...form, scopes: [...form.scopes.filter((scope) => !scope.startsWith(`${kind}:`)), ...(level ? [`${kind}:${level}`] : [])] });
  const isAll = form.scopes.includes("*");
  return html`<${DialogForm} title="New API key" submit="Create key" disabled=${!form.label.trim() || !form.scopes.length} close=${close} onSubmit=${() => change("POST", "/api/personal_api_keys/", { label: form.label, scopes: isAll ? ["*"] : form.scopes, scoped_teams: [], scoped_organizations: [] })}>
    <${Field} label="What is it for?"><input dir="auto" maxlength="40" value=${form.label} placeholder="nightly report" onInput=${(/** @type {any} */ event) => setForm({ ...form, label: event.target.value })} /></${Field}>
    <fieldset><legend class="legend-text">It may</legend><${Check} checked=${isAll} onChange=${(/** @type {boolean} */ all) => setForm({ ...form, scopes: all ? ["*"] : [] })}>do everything that you may</${Check}>
      ${!isAll && KINDS.slice(1).map(([kind, text]) => html`<div class="line-up" key=${kind}><span class="grow">${text}</span><select class="auto" aria-label=${`Scope of ${text}`} onChange=${(/** @type {any} */ event) => put(kind, event.target.value)}>
        ${[["", "nothing"], ["read", "read"], ["write", "read and write"]].map(([level, name]) => html`<option value=${level} selected=${level === levelOf(kind)}>${name}</option>`)}</select></div>`)}</fieldset></${DialogForm}>`;
}
