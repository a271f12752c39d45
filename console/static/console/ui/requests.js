// Changes that wait for approval: how they are announced, and taken back.
import { html } from "../html.js";
import { Refusal, change, read } from "../api.js";
import { P, page } from "../session.js";
import { Icon } from "./icon.js";
import { say, tell } from "./toast.js";

/** @param {unknown} error */
export const waitsForApproval = (error) =>
  error instanceof Refusal && ["approval_required", "change_request_pending"].includes(error.code);

/** @param {ChangeRequest} request */
export const requestText = (request) => request.intent_display?.description ?? request.action_key;

/** "0 of 1 approvals". @param {ChangeRequest} request */
export function votesText(request) {
  const quorum = request.policy_snapshot?.quorum ?? request.policy_snapshot?.approver_config?.quorum ?? 1;
  const given = (request.approvals ?? []).filter((/** @type {any} */ vote) => vote.decision === "approved").length;
  return `${given} of ${quorum} ${quorum === 1 ? "approval" : "approvals"}`;
}

/** The panel over an object with a pending change. @param {{ requests: ChangeRequest[], reload: () => void }} props */
export const Pending = ({ requests, reload }) => requests.map((request) => html`
  <div key=${request.id} class="notice warn" role="status"><${Icon} name="hour" />
    <div>Waiting for approval: <b dir="auto">${requestText(request)}</b>. ${votesText(request)}.
      <div class="actions"><a href=${page(`change_requests/${request.id}`)}>Open</a>
        ${request.can_cancel && html`<button type="button" class="link" onClick=${() => cancelRequest(request, reload)}>Cancel request</button>`}</div></div></div>`);

/** @param {ChangeRequest} request @param {() => void} reload */
export const cancelRequest = (request, reload) =>
  tell(() => change("POST", P(`change_requests/${request.id}/cancel/`), {}), "The request is taken back.", reload);

/** Say that a change waits, with words of the request itself. @param {any} refusal */
export async function announce(refusal) {
  const id = refusal.data?.change_request_id;
  const request = id ? await read(P(`change_requests/${id}/`)).catch(() => null) : null;
  say(request ? `Waiting for approval: ${requestText(request)}.` : "The change waits for approval.");
}
