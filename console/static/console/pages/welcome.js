// The first steps: a password, the code, the first event, an experiment.
import { html, useEffect, useState } from "../html.js";
import { call } from "../api.js";
import { P, me, page, project, projectId, whoAmI } from "../session.js";
import { CopyCode } from "../ui/copy.js";
import { Icon } from "../ui/icon.js";
import { Snippet } from "../ui/snippet.js";
import { Ago } from "../ui/time.js";
import { useTitle } from "../ui/title.js";
import { say } from "../ui/toast.js";
import { useRead } from "../ui/use_read.js";

export default function Welcome() {
  useTitle("First steps");
  const [isWaiting, setWaiting] = useState(!project.value?.ingested_event);
  const reading = useRead(projectId.value ? `/api/projects/${projectId.value}/` : null, isWaiting ? 2 : 0);
  const hasEvent = Boolean(reading.data?.ingested_event);
  useEffect(() => setWaiting(!hasEvent), [hasEvent]);
  const [event] = useRead(hasEvent ? P("event_definitions/?ordering=-last_seen_at&limit=1") : null).data?.results ?? [];
  const token = reading.data?.api_token;
  const send = async () => {
    await call("POST", "/i/v0/e/", { token, distinct_id: me.value.distinct_id, event: "hello", timestamp: new Date().toISOString() });
    say("Sent “hello”.");
    reading.reload();
    whoAmI();
  };
  return html`<header class="head"><h1>First steps</h1><p class="hypothesis">From nothing to an experiment that counts. Every step can be left out.</p></header>
    <ol class="steps">
      <${Step} done=${me.value.has_password} title=${`You are ${me.value.email}`}>${me.value.has_password ? html`<p class="quiet">You have a password.</p>` : html`<p>You came by a link that works once.</p><a class="button" href="/me">Set a password</a>`}</${Step}>
      <${Step} done=${hasEvent} title="Project token"><p>For SDKs and browsers; not secret.</p>${token && html`<p><${CopyCode} text=${token} /></p>`}<${Snippet} /></${Step}>
      <${Step} done=${hasEvent} title="First event"><p class="line-up" aria-live="polite">${hasEvent ? html`<span class="ok"><${Icon} name="check" />An event has arrived.</span>${event?.last_seen_at && html`<span><bdi>“${event.name}”</bdi>, <${Ago} at=${event.last_seen_at} /></span>`}` : html`<button type="button" onClick=${send} disabled=${!token}><${Icon} name="send" />Send one from here</button><span class="quiet">waiting…</span>`}</p></${Step}>
      <${Step} title="An experiment"><div class="line-up"><a class="button primary" href=${page("experiments/new")}>Create an experiment</a><a href=${page("experiments")}>To the list</a></div></${Step}>
      <${Step} title="Scripts"><p>A personal API key speaks for you.</p><a class="button" href="/me">Create a key</a></${Step}></ol>`;
}

/** @param {{ title: string, done?: boolean, children?: any }} props */
const Step = ({ title, done, children }) => html`<li class=${`card ${done ? "done" : ""}`}><span class="tick">${done && html`<${Icon} name="check" label="Done" />`}</span><div class="stack tight"><h2>${title}</h2>${children}</div></li>`;
