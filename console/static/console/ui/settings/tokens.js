// What SDKs and scripts identify themselves with.
import { html } from "../../html.js";
import { change } from "../../api.js";
import { project, projectId } from "../../session.js";
import { CopyCode } from "../copy.js";
import { DialogForm, ask } from "../dialog.js";
import { Skeleton } from "../states.js";
import { Snippet } from "../snippet.js";
import { say } from "../toast.js";
import { useRead } from "../use_read.js";

export function Tokens() {
  const path = `/api/projects/${projectId.value}/`;
  const reading = useRead(path);
  if (!reading.data) return html`<${Skeleton} />`;
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
    <section class="panel"><header><h2>API keys</h2></header><div class="inside"><p>Keys belong to people: <a href="/me">yours are in your account</a>.</p></div></section></div>
    <section class="panel"><header><h2>In your code</h2></header><div class="inside"><${Snippet} /></div></section></div>`;
}
