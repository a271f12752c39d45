// An invitation: an account for who has none, membership for who has.
import { html, onValue, useEffect, useState } from "../html.js";
import { Refusal, change, enter, readQuietly } from "../api.js";
import { navigate } from "../router.js";
import { me, whoAmI } from "../session.js";
import { Field } from "../ui/field.js";
import { Icon } from "../ui/icon.js";
import { Failed, Skeleton } from "../ui/states.js";

/** @param {{ parts: string[] }} props */
export default function Signup({ parts: [token] }) {
  const path = `/api/signup/${token}/`;
  const [invite, setInvite] = useState(/** @type {any} */ (null));
  const [failure, setFailure] = useState(/** @type {any} */ (null));
  const load = () => void readQuietly(path).then(setInvite, setFailure);
  useEffect(load, [path]);
  useEffect(() => void (document.title = "Invitation · Experiments"), []);
  if (failure) return html`<main class="alone"><${Failed} error=${failure} what="invitation" retry=${load} back=${html`<a href="/">To the console</a>`} /></main>`;
  if (!invite) return html`<main class="alone"><${Skeleton} rows=${3} /></main>`;
  return html`<main class="alone"><div class="card sign-in"><h1><span class="mark" aria-hidden="true">E</span>Experiments</h1>
    <p>You are invited to <b dir="auto">${invite.organization_name}</b>, as ${invite.target_email}.</p>
    ${me.value ? html`<${Join} invite=${invite} />` : html`<${Create} path=${path} invite=${invite} />`}</div></main>`;
}

async function arrive() {
  await whoAmI();
  navigate("/", { force: true });
}

/** @param {{ invite: any }} props */
function Join({ invite }) {
  const [error, setError] = useState("");
  const join = async () => {
    try {
      await change("POST", `/api/organizations/${invite.organization_id}/invites/${invite.id}/accept/`, {});
      await change("PATCH", "/api/users/@me/", { set_current_organization: invite.organization_id });
      await arrive();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    }
  };
  return html`${error && html`<p class="notice bad" role="alert"><${Icon} name="alert" /><span>${error}</span></p>`}
    <p class="quiet">You are signed in as ${me.value.email}.</p><button type="button" class="primary big" onClick=${join}>Join</button>`;
}

/** @param {{ path: string, invite: any }} props */
function Create({ path, invite }) {
  const [form, setForm] = useState({ first_name: invite.first_name ?? "", password: "" });
  const [problem, setProblem] = useState({ attr: "", text: "" });
  const put = (/** @type {string} */ name) => onValue((value) => setForm({ ...form, [name]: value }));
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    try {
      await enter(path, form);
      await arrive();
    } catch (error) {
      setProblem(error instanceof Refusal ? { attr: error.attr ?? "", text: error.message } : { attr: "", text: String(error) });
    }
  };
  const errorOf = (/** @type {string} */ attr) => (problem.attr === attr ? problem.text : null);
  return html`<form onSubmit=${send} noValidate>
    ${problem.text && !["first_name", "password"].includes(problem.attr) && html`<p class="notice bad" role="alert"><${Icon} name="alert" /><span>${problem.text}</span></p>`}
    <input type="text" hidden autocomplete="username" value=${invite.target_email} readOnly />
    <${Field} label="Your first name" error=${errorOf("first_name")}><input dir="auto" maxlength="150" autocomplete="given-name" value=${form.first_name} onInput=${put("first_name")} /></${Field}>
    <${Field} label="Choose a password" error=${errorOf("password")} help="At least 8 characters, and none of the common ones."><input type="password" autocomplete="new-password" value=${form.password} onInput=${put("password")} /></${Field}>
    <button class="primary big">Create account</button>
    <a class="small" href=${`/login?next=${encodeURIComponent(location.pathname)}`}>I have an account</a></form>`;
}
