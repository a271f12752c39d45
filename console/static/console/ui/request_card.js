// One change request: what it would do, who agrees, and what became of it.
import { html, onValue, useState } from "../html.js";
import { Refusal, change } from "../api.js";
import { P, nameOf, page } from "../session.js";
import { shortText, fieldText } from "../domain/activity.js";
import { agreeingText } from "../domain/policy.js";
import { Curl } from "./copy.js";
import { DialogForm, ask } from "./dialog.js";
import { Field } from "./field.js";
import { cancelRequest, requestText, votesText } from "./requests.js";
import { Ago } from "./time.js";
import { say } from "./toast.js";
import { flagOf, holdoutOf } from "./waiting.js";

const TONES = /** @type {Record<string, string>} */ ({ pending: "warn", approved: "good", applied: "good", rejected: "bad", failed: "bad", expired: "" });

/** @param {ChangeRequest} request */
export function stateText(request) {
  const isCancelled = request.state === "rejected" && !(request.approvals ?? []).some((/** @type {any} */ vote) => vote.decision === "rejected");
  return isCancelled ? "cancelled" : request.state;
}

/** @param {{ request: ChangeRequest, reload: () => void, called: (kind: "user" | "role", id: any) => string, isOpen?: boolean }} props */
export function RequestCard({ request, reload, called, isOpen }) {
  const path = P(`change_requests/${request.id}/`);
  const isPending = request.state === "pending";
  const isStale = isPending && request.validation_status === "stale";
  const flag = flagOf(request);
  const holdout = holdoutOf(request);
  return html`<section class="panel request"><header><h2 dir="auto"><a href=${page(`change_requests/${request.id}`)}>${requestText(request)}</a></h2><span class=${`pill ${TONES[request.state] ?? ""}`}>${stateText(request)}</span></header><div class="inside">
    <p class="quiet">by <bdi>${request.is_requester ? "you" : nameOf(request.created_by)}</bdi>, <${Ago} at=${request.created_at} />${isPending && html` · expires <${Ago} at=${request.expires_at} />`}${flag && html` · <a href=${page(`feature_flags/${flag}`)}>the flag</a>`}${holdout && html` · <a href=${page(`holdouts/${holdout}`)}>the holdout</a>`}</p>
    <${Difference} display=${request.intent_display ?? {}} />
    ${isStale && html`<p class="notice warn">What it is about has changed since; ask again.</p>`}
    ${request.apply_error && html`<p class="notice bad">${request.apply_error}</p>`}
    <p>${votesText(request)}${(request.approvals ?? []).length > 0 && html`: ${request.approvals.map((/** @type {any} */ vote, /** @type {number} */ at) => html`${at > 0 && ", "}<bdi>${nameOf(vote.created_by)}</bdi> ${vote.decision}${vote.reason ? html` (“<bdi>${vote.reason}</bdi>”)` : ""}`)}`}${isPending && html`. <bdi>${agreeingText(request.policy_snapshot ?? {}, called)}</bdi> may agree.`}</p>
    <div class="line-up">${isPending && request.can_approve && !request.user_decision && html`<button type="button" class="primary" onClick=${() => vote(path, "approve", {}, reload)}>Approve</button><button type="button" onClick=${() => reject(path, reload)}>Reject…</button>`}
      ${isPending && request.can_cancel && html`<button type="button" onClick=${() => cancelRequest(request, reload)}>Cancel request</button>`}
      ${isPending && !request.can_approve && !request.can_cancel && html`<span class="small">Others decide about it.</span>`}
      <${Curl} path=${`${path}approve/`} method="POST" body=${{}} /></div>
    <details open=${isOpen}><summary class="small">As JSON</summary><pre class="code block wrap" tabindex="0">${JSON.stringify({ intent: request.intent, policy: request.policy_snapshot }, null, 2)}</pre></details></div></section>`;
}

/** @param {{ display: any }} props */
function Difference({ display }) {
  const fields = [...new Set([...Object.keys(display.before ?? {}), ...Object.keys(display.after ?? {})])];
  return html`<ul class="changes">${fields.map((field) => {
    const [from, to] = [shortText(display.before?.[field]), shortText(display.after?.[field])];
    return html`<li key=${field}>${from !== null && to !== null ? html`${fieldText(field)}: <span class="quiet">${from}</span> → <b>${to}</b>`
      : html`<details><summary>${fieldText(field)} changes</summary><div class="before-after"><pre class="code wrap block" tabindex="0">${JSON.stringify(display.before?.[field], null, 1)}</pre><pre class="code wrap block" tabindex="0">${JSON.stringify(display.after?.[field], null, 1)}</pre></div></details>`}</li>`;
  })}</ul>`;
}

/** @param {string} path @param {string} step @param {any} body @param {() => void} reload */
async function vote(path, step, body, reload) {
  try {
    const answer = await change("POST", `${path}${step}/`, body);
    say(answer.message ?? "Voted.");
  } catch (error) {
    say(error instanceof Refusal ? error.message : String(error));
  }
  reload();
}

/** @param {string} path @param {() => void} reload */
async function reject(path, reload) {
  const reason = await ask((close) => html`<${Reject} close=${close} />`);
  if (reason) await vote(path, "reject", { reason }, reload);
}

/** @param {{ close: any }} props */
function Reject({ close }) {
  const [reason, setReason] = useState("");
  return html`<${DialogForm} title="Reject the request" submit="Reject" danger disabled=${!reason.trim()} close=${close} onSubmit=${() => reason}>
    <${Field} label="Reason"><textarea dir="auto" value=${reason} onInput=${onValue(setReason)}></textarea></${Field}></${DialogForm}>`;
}
