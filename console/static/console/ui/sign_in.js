// Signing in: as a page, and as a dialog over a page whose session has ended.
import { html, onValue, useState } from "../html.js";
import { Refusal, enter } from "../api.js";
import { me, whoAmI } from "../session.js";
import { DialogForm, ask } from "./dialog.js";
import { Field } from "./field.js";

/** What the server says about a login, in words. @param {unknown} error */
export function wordsOf(error) {
  if (!(error instanceof Refusal)) return String(error);
  if (error.status === 429 || error.code === "too_many_failed_attempts") {
    const until = error.retryAfter ? new Date(Date.now() + error.retryAfter * 1000) : null;
    const time = until?.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    return time ? `Too many attempts. Again at ${time}.` : error.message;
  }
  return error.code === "invalid_credentials" ? "E-mail and password do not belong together." : error.message;
}

/** @type {Promise<boolean> | null} several requests may find out at once that the session has ended */
let asking = null;

/** @returns {Promise<boolean>} */
export function askToSignIn() {
  if (!me.peek()) return Promise.resolve(false);
  asking ??= ask((close) => html`<${Again} close=${close} title="Sign in again" reason="Your session has ended. Nothing you typed is lost." />`)
    .then(Boolean)
    .finally(() => {
      asking = null;
    });
  return asking;
}

/** @returns {Promise<boolean>} */
export const askPassword = () =>
  ask((close) => html`<${Again} close=${close} title="Confirm that it is you" reason="This needs a sign-in within the last two hours." />`).then(Boolean);

/** @param {{ close: (answer?: any) => void, title: string, reason: string }} props */
function Again({ close, title, reason }) {
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const hasPassword = me.value.has_password;
  const send = async () => {
    try {
      if (hasPassword) await enter("/api/login/", { email: me.value.email, password });
      else await enter("/api/login/code/", { code });
    } catch (error) {
      throw new Error(wordsOf(error), { cause: error });
    }
    await whoAmI();
    return true;
  };
  return html`<${DialogForm} title=${title} submit="Sign in" close=${close} onSubmit=${send}>
    <p>${reason}</p><p class="small">As ${me.value.email}</p>
    <input type="text" hidden autocomplete="username" value=${me.value.email} readOnly />
    ${hasPassword
      ? html`<${Field} label="Password"><input type="password" autocomplete="current-password" required value=${password}
          onInput=${onValue(setPassword)} /></${Field}>`
      : html`<${Field} label="One-time code" help=${`bin/manage login_code ${me.value.email} prints one`}><input type="text" autocomplete="one-time-code" required value=${code}
          onInput=${onValue((value) => setCode(value.trim()))} /></${Field}>`}
  </${DialogForm}>`;
}
