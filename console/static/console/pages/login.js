// Signing in, by the link that the server printed or by password.
import { html, onValue, useEffect, useState } from "../html.js";
import { enter } from "../api.js";
import { navigate, query } from "../router.js";
import { me, whoAmI } from "../session.js";
import { Field } from "../ui/field.js";
import { Icon } from "../ui/icon.js";
import { wordsOf } from "../ui/sign_in.js";

/** Only to pages of ours. @param {string | null} next */
const safe = (next) => (next && /^\/(?![/\\])/.test(next) ? next : "/");

const codeOfLink = () => /^#code=(.+)/.exec(location.hash)?.[1] ?? "";

export default function Login() {
  const [code, setCode] = useState(codeOfLink);
  useEffect(() => {
    document.title = "Sign in · Experiments";
    // A link that is pasted over this page loads nothing anew.
    const take = () => setCode(codeOfLink());
    addEventListener("hashchange", take);
    return () => removeEventListener("hashchange", take);
  }, []);
  useEffect(() => {
    // So that the code is in no history.
    if (code) history.replaceState(history.state, "", location.pathname + location.search);
    else if (me.peek()) navigate(safe(query.peek().get("next")), { replace: true });
  }, [code]);
  return html`<main class="alone"><div class="card sign-in">
    <h1><span class="mark" aria-hidden="true">E</span>Experiments</h1>
    ${code ? html`<${ByLink} key=${code} code=${code} />` : html`<${ByPassword} />`}
  </div></main>`;
}

async function arrive() {
  await whoAmI();
  const first = me.value?.team && !me.value.team.ingested_event && !query.peek().get("next");
  navigate(first ? "/welcome" : safe(query.peek().get("next")), { replace: true, force: true });
}

/** @param {{ code: string }} props */
function ByLink({ code }) {
  const [error, setError] = useState("");
  const [isByPassword, setByPassword] = useState(false);
  const click = async () => {
    try {
      await enter("/api/login/code/", { code: decodeURIComponent(code) });
      await arrive();
    } catch (failure) {
      setError(wordsOf(failure));
    }
  };
  if (isByPassword) return html`<${ByPassword} />`;
  return html`<p class="quiet">This link signs you in once.</p>
    ${error && html`<p class="notice bad" role="alert"><${Icon} name="alert" /><span>${error} <br />A new one: <code>bin/manage login_code owner@example.com</code></span></p>`}
    <button type="button" class="primary big" onClick=${click}>Sign in</button>
    <button type="button" class="bare" onClick=${() => setByPassword(true)}>Use a password or another code</button>`;
}

function ByPassword() {
  const [values, setValues] = useState({ email: "", password: "", code: "" });
  const [isByCode, setByCode] = useState(false);
  const [state, setState] = useState({ error: "", busy: false });
  const type = (/** @type {string} */ name) => onValue((value) => setValues({ ...values, [name]: value }));
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setState({ error: "", busy: true });
    try {
      if (isByCode) await enter("/api/login/code/", { code: values.code.trim().replace(/^.*#code=/, "") });
      else await enter("/api/login/", { email: values.email, password: values.password });
      await arrive();
    } catch (failure) {
      setState({ error: wordsOf(failure), busy: false });
    }
  };
  return html`<form onSubmit=${send} noValidate>
    ${state.error && html`<p class="notice bad" role="alert"><${Icon} name="alert" /><span>${state.error}</span></p>`}
    ${isByCode
      ? html`<${Field} label="One-time code" help="bin/serve prints a link with one; bin/manage login_code prints another.">
          <input type="text" name="code" autocomplete="one-time-code" value=${values.code} onInput=${type("code")} /></${Field}>`
      : html`<${Field} label="E-mail"><input type="email" name="email" autocomplete="username" value=${values.email} onInput=${type("email")} /></${Field}>
          <${Field} label="Password"><input type="password" name="password" autocomplete="current-password" value=${values.password} onInput=${type("password")} /></${Field}>`}
    <button class="primary big" disabled=${state.busy}>Sign in</button>
    <button type="button" class="bare" onClick=${() => setByCode(!isByCode)}>${isByCode ? "Use a password" : "Use a one-time code"}</button>
  </form>`;
}
