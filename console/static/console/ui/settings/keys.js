// Tokens and keys: of the project for SDKs and programs, of people for scripts.
import { html, onValue, useState } from "../../html.js";
import { change } from "../../api.js";
import { P, project, projectId } from "../../session.js";
import { CopyCode, mustCopy } from "../copy.js";
import { ask, DialogForm } from "../dialog.js";
import { Check, Field, Select } from "../field.js";
import { Icon } from "../icon.js";
import { Menu } from "../menu.js";
import { Snippet } from "../snippet.js";
import { Loaded } from "../states.js";
import { Ago } from "../time.js";
import { say } from "../toast.js";
import { useRead } from "../use_read.js";

/** @typedef {PersonalAPIKey | ProjectSecretAPIKey} Key */

/** @param {{ path: string, title: string, note: string, add: string, Form: (props: { close: any }) => any }} props */
export function KeyPanel({ path, title, note, add, Form }) {
  const reading = useRead(path);
  const create = async () => {
    const made = await ask((close) => html`<${Form} close=${close} />`);
    if (!made?.value) return;
    reading.reload();
    await show(made);
  };
  return html`<section class="panel"><header><h2>${title}</h2><span class="small">${note}</span><button type="button" onClick=${create}><${Icon} name="plus" />${add}</button></header>
    <${Loaded} reading=${reading} what="list" rows=${3}>${(/** @type {any} */ data) => !(data.results ?? data).length ? html`<p class="inside-text quiet">No key.</p>`
      : html`<ul class="lines">${(data.results ?? data).map((/** @type {Key} */ key) => html`<li key=${key.id} class="line-up"><span class="grow"><b dir="auto">${key.label}</b> <code>${key.mask_value}</code><span class="small block-text">${(key.scopes ?? []).join(", ") || "no scope"} · ${key.last_used_at ? html`used <${Ago} at=${key.last_used_at} />` : "never used"}</span></span>
        <${Menu} label=${`Actions for ${key.label}`} items=${[{ text: "New value…", icon: "refresh", run: () => roll(`${path}${key.id}/`, key, reading.reload) }, { text: "Revoke…", icon: "trash", danger: true, run: () => revoke(`${path}${key.id}/`, key, reading.reload) }]} /></li>`)}</ul>`}</${Loaded}></section>`;
}

/** @param {Key} key */
const show = (key) => ask((close) => html`<${DialogForm} title="Copy it now" submit="Copy" cancel="I have it" close=${close} onSubmit=${() => mustCopy(key.value ?? "", "Copied the key")}>
  <p>It is kept only as a hash and never shown again.</p><pre class="code block wrap" tabindex="0" data-key>${key.value}</pre>
  <pre class="code block" tabindex="0">${`curl -H "Authorization: Bearer ${key.value}" \\\n  ${location.origin}/api/projects/@current/experiments/`}</pre></${DialogForm}>`);

/** @param {string} path @param {Key} key @param {() => void} reload */
async function roll(path, key, reload) {
  const made = await ask((close) => html`<${DialogForm} title=${`A new value for ${key.label}`} submit="Make a new value" danger close=${close} onSubmit=${() => change("POST", `${path}roll/`, {})}><p>The old value is refused from then on.</p></${DialogForm}>`);
  if (!made?.value) return;
  reload();
  await show(made);
}

/** @param {string} path @param {Key} key @param {() => void} reload */
async function revoke(path, key, reload) {
  if (await ask((close) => html`<${DialogForm} title=${`Revoke ${key.label}`} submit="Revoke" danger close=${close} onSubmit=${() => change("DELETE", path)}><p>Scripts that use it are refused at once.</p></${DialogForm}>`)) reload();
}

const SCOPES = [["experiment:read", "read experiments"], ["feature_flag:read", "read flags, and evaluate them locally"]];

export const SecretKeys = () => html`<${KeyPanel} path=${P("project_secret_api_keys/")} title="Project secret keys" note="for programs that read" add="New secret key" Form=${CreateSecret} />`;

/** @param {{ close: any }} props */
function CreateSecret({ close }) {
  const [form, setForm] = useState({ label: "", scopes: ["experiment:read"] });
  const put = (/** @type {string} */ scope) => (/** @type {boolean} */ has) => setForm({ ...form, scopes: has ? [...form.scopes, scope] : form.scopes.filter((one) => one !== scope) });
  return html`<${DialogForm} title="New secret key" submit="Create key" disabled=${!form.label.trim() || !form.scopes.length} close=${close} onSubmit=${() => change("POST", P("project_secret_api_keys/"), form)}>
    <${Field} label="What is it for?" attr="label"><input dir="auto" maxlength="40" value=${form.label} onInput=${onValue((label) => setForm({ ...form, label }))} /></${Field}>
    <fieldset><legend class="legend-text">It may</legend>${SCOPES.map(([scope, text]) => html`<${Check} key=${scope} checked=${form.scopes.includes(scope)} onChange=${put(scope)}>${text}</${Check}>`)}</fieldset></${DialogForm}>`;
}

const LEVELS = [["", "nothing"], ["read", "read"], ["write", "read and write"]];
const KINDS = [["*", "everything"], ["experiment", "experiments"], ["feature_flag", "feature flags"], ["experiment_saved_metric", "saved metrics"], ["approvals", "approvals"], ["project", "projects"], ["organization_member", "members"], ["activity_log", "history"], ["person", "visitors"]];

export const Keys = () => html`<${KeyPanel} path="/api/personal_api_keys/" title="API keys" note="for scripts, as you" add="New key" Form=${Create} />`;

/** @param {{ close: any }} props */
function Create({ close }) {
  const [form, setForm] = useState({ label: "", scopes: /** @type {string[]} */ ([]) });
  const levelOf = (/** @type {string} */ kind) => form.scopes.find((scope) => scope.startsWith(`${kind}:`))?.split(":")[1] ?? "";
  const put = (/** @type {string} */ kind, /** @type {string} */ level) => setForm({ ...form, scopes: [...form.scopes.filter((scope) => !scope.startsWith(`${kind}:`)), ...(level ? [`${kind}:${level}`] : [])] });
  const isAll = form.scopes.includes("*");
  return html`<${DialogForm} title="New API key" submit="Create key" disabled=${!form.label.trim() || !form.scopes.length} close=${close} onSubmit=${() => change("POST", "/api/personal_api_keys/", { label: form.label, scopes: isAll ? ["*"] : form.scopes, scoped_teams: [], scoped_organizations: [] })}>
    <${Field} label="What is it for?" attr="label"><input dir="auto" maxlength="40" value=${form.label} placeholder="nightly report" onInput=${onValue((label) => setForm({ ...form, label }))} /></${Field}>
    <fieldset><legend class="legend-text">It may</legend><${Check} checked=${isAll} onChange=${(all) => setForm({ ...form, scopes: all ? ["*"] : [] })}>do everything that you may</${Check}>
      ${!isAll && KINDS.slice(1).map(([kind, text]) => html`<div class="line-up" key=${kind}><span class="grow">${text}</span><${Select} class="auto" aria-label=${`Scope of ${text}`} value=${levelOf(kind)} choices=${LEVELS} onChange=${(level) => put(kind, level)} /></div>`)}</fieldset></${DialogForm}>`;
}

export function Tokens() {
  const path = `/api/projects/${projectId.value}/`;
  const reading = useRead(path);
  if (!reading.data) return html`<${Loaded} reading=${reading} what="project" />`;
  const { api_token: token, secret_api_token: secret, user_access_level: level } = reading.data;
  const isAdmin = level === "admin";
  const put = (/** @type {any} */ now) => {
    reading.put(now);
    project.value = now;
  };
  const renew = async (/** @type {string} */ step, /** @type {string} */ title, /** @type {string} */ text, /** @type {string} */ submit) => {
    const now = await ask((close) => html`<${DialogForm} title=${title} submit=${submit} danger close=${close} onSubmit=${() => change("PATCH", `${path}${step}/`, {})}><p>${text}</p></${DialogForm}>`);
    if (!now) return;
    put(now);
    say("Done.");
  };
  return html`<div class="columns even"><div class="stack"><section class="panel"><header><h2>Project token</h2></header><div class="inside"><p>For SDKs and browsers; not secret.</p><p><${CopyCode} text=${token} /></p>
      ${isAdmin && html`<div><button type="button" onClick=${() => renew("reset_token", "Renew the project token", "Every page and program with the old token stops getting flags and sending events at once.", "Renew")}>Renew…</button></div>`}</div></section>
    <section class="panel"><header><h2>Secret token</h2></header><div class="inside"><p>For server SDKs that evaluate flags themselves.</p><p>${secret ? html`<${CopyCode} text=${secret} />` : html`<span class="quiet">None shown; a new one is shown once.</span>`}</p>
      ${isAdmin && html`<div><button type="button" onClick=${() => renew("rotate_secret_token", "Make a new secret token", "The one before it goes on working until it is deleted.", "Make")}>Make a new one…</button></div>`}</div></section>
    ${isAdmin && html`<${SecretKeys} />`}
    <section class="panel"><header><h2>API keys</h2></header><div class="inside"><p>Keys belong to people: <a href="/me">yours are in your account</a>.</p></div></section></div>
    <section class="panel"><header><h2>In your code</h2></header><div class="inside"><${Snippet} /></div></section></div>`;
}
