// Who belongs to the organization, at which level, and who is invited.
import { html, useState } from "../../html.js";
import { change } from "../../api.js";
import { O, isAdmin, me, nameOf } from "../../session.js";
import { copy } from "../copy.js";
import { showCurl } from "../curl.js";
import { DialogForm, ask } from "../dialog.js";
import { Field } from "../field.js";
import { Icon } from "../icon.js";
import { Failed, Skeleton } from "../states.js";
import { Ago, Time } from "../time.js";
import { say } from "../toast.js";
import { LEVELS, levelText } from "../access_word.js";
import { useRead } from "../use_read.js";

/** @param {() => Promise<any>} work @param {string} done @param {() => void} reload */
export async function tell(work, done, reload) {
  try {
    await work();
    say(done);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
  }
  reload();
}

export function Members() {
  const path = O("members/?limit=1000");
  const members = useRead(path);
  const invites = useRead(O("invites/?limit=1000"));
  const mayInvite = isAdmin.value || me.value.organization?.members_can_invite;
  if (members.error) return html`<${Failed} error=${members.error} what="list" retry=${members.reload} />`;
  if (!members.data) return html`<${Skeleton} />`;
  const invite = async () => void ((await ask((close) => html`<${Invite} close=${close} />`)) && invites.reload());
  return html`<div class="stack"><section class="panel"><header><h2>Members</h2><span class="small">${members.data.count}</span><button type="button" class="bare" onClick=${() => showCurl("GET", path)}>curl</button>
      ${mayInvite && html`<button type="button" class="primary" onClick=${invite}><${Icon} name="plus" />Invite</button>`}</header>
    <table class="list"><thead><tr><th scope="col" class="wide">Person</th><th scope="col">Level</th><th scope="col">Since</th><th scope="col">Last signed in</th><th scope="col"><span class="sr">Actions</span></th></tr></thead><tbody>
      ${members.data.results.map((/** @type {any} */ one) => html`<${Member} key=${one.id} one=${one} reload=${members.reload} />`)}</tbody></table></section>
    ${invites.data?.results.length > 0 && html`<${Invites} rows=${invites.data.results} reload=${invites.reload} />`}</div>`;
}

/** @param {{ one: any, reload: () => void }} props */
function Member({ one, reload }) {
  const isMe = one.user.uuid === me.value.uuid;
  const path = O(`members/${one.user.uuid}/`);
  const remove = async () => {
    const answer = await ask((close) => html`<${DialogForm} title=${isMe ? "Leave the organization" : `Remove ${nameOf(one.user)}`} submit=${isMe ? "Leave" : "Remove"} danger close=${close} onSubmit=${() => change("DELETE", path)}>
      <p>${isMe ? "You" : "They"} lose access to all its projects at once.</p></${DialogForm}>`);
    if (answer) reload();
  };
  return html`<tr><td class="wide"><b dir="auto">${nameOf(one.user)}</b>${isMe && html` <span class="pill">you</span>`}<span class="small block-text">${one.user.email}</span></td>
    <td><select class="auto" aria-label=${`Level of ${one.user.email}`} disabled=${!isAdmin.value || isMe} onChange=${(/** @type {any} */ event) => tell(() => change("PATCH", path, { level: Number(event.target.value) }), "Level saved.", reload)}>
      ${LEVELS.map(([level, text]) => html`<option value=${level} selected=${level === one.level}>${text}</option>`)}</select></td>
    <td class="num"><${Time} at=${one.joined_at} only="date" /></td><td class="num quiet">${one.last_login ? html`<${Ago} at=${one.last_login} />` : "never"}</td>
    <td class="r">${(isAdmin.value || isMe) && html`<button type="button" class="bare" aria-label=${isMe ? "Leave the organization" : `Remove ${one.user.email}`} onClick=${remove}><${Icon} name=${isMe ? "logout" : "x"} /></button>`}</td></tr>`;
}

/** @param {any} invite */
export const linkOf = (invite) => `${location.origin}/signup/${invite.id}`;

/** @param {{ rows: any[], reload: () => void }} props */
const Invites = ({ rows, reload }) => html`<section class="panel"><header><h2>Invited</h2></header><table class="list"><thead><tr><th scope="col" class="wide">E-mail</th><th scope="col">Level</th><th scope="col">Invited</th><th scope="col"><span class="sr">Actions</span></th></tr></thead><tbody>
  ${rows.map((one) => html`<tr key=${one.id}><td class="wide">${one.target_email}${one.is_expired && html` <span class="pill warn">expired</span>`}</td><td>${levelText(one.level)}</td><td class="num quiet"><${Ago} at=${one.created_at} /> by ${nameOf(one.created_by)}</td>
    <td class="r nowrap"><button type="button" class="bare" onClick=${() => copy(linkOf(one), "Copied the link")}><${Icon} name="link" />Copy link</button>
      <button type="button" class="bare" aria-label=${`Take back the invitation of ${one.target_email}`} onClick=${() => tell(() => change("DELETE", O(`invites/${one.id}/`)), "Invitation taken back.", reload)}><${Icon} name="x" /></button></td></tr>`)}</tbody></table></section>`;

/** @param {{ close: any }} props */
function Invite({ close }) {
  const [form, setForm] = useState({ email: "", level: 1 });
  const [made, setMade] = useState(/** @type {any} */ (null));
  if (made) {
    return html`<${DialogForm} title="Invited" submit="Copy link" cancel="Close" close=${() => close(true)} onSubmit=${() => copy(linkOf(made), "Copied the link")}>
      <p>${made.emailing_attempt_made ? "An e-mail is on its way." : "This server sends no e-mail: give them the link."}</p><pre class="code block wrap" tabindex="0">${linkOf(made)}</pre></${DialogForm}>`;
  }
  return html`<${DialogForm} title="Invite somebody" submit="Invite" disabled=${!form.email} close=${(/** @type {any} */ answer) => (answer?.id ? setMade(answer) : close(answer))}
    onSubmit=${() => change("POST", O("invites/"), { target_email: form.email, level: form.level })}>
    <${Field} label="E-mail"><input type="email" value=${form.email} onInput=${(/** @type {any} */ event) => setForm({ ...form, email: event.target.value })} /></${Field}>
    <${Field} label="Level"><select onChange=${(/** @type {any} */ event) => setForm({ ...form, level: Number(event.target.value) })}>${LEVELS.filter(([level]) => level <= (me.value.organization?.membership_level ?? 1)).map(([level, text]) => html`<option value=${level} selected=${level === form.level}>${text}</option>`)}</select></${Field}></${DialogForm}>`;
}
