// The reader's account: name, password, keys, habits.
import { html, onValue, useState } from "../html.js";
import { Refusal, change } from "../api.js";
import { me, nextTheme, signOut, theme, whoAmI } from "../session.js";
import { Field, Check } from "../ui/field.js";
import { Keys } from "../ui/settings/keys.js";
import { areKeysOn } from "../ui/shortcuts.js";
import { say } from "../ui/toast.js";
import { useTitle } from "../ui/title.js";

export default function Me() {
  useTitle("Your account");
  const [keysOn, setKeysOn] = useState(areKeysOn);
  const toggle = (/** @type {boolean} */ on) => {
    localStorage.setItem("keys", on ? "on" : "off");
    setKeysOn(on);
  };
  return html`<header class="head"><div class="row"><h1>Your account</h1><div class="actions"><button type="button" onClick=${signOut}>Sign out</button></div></div><p class="hypothesis">${me.value.email}</p></header>
    <div class="columns even"><div class="stack"><${Name} /><${Password} />
      <section class="panel"><header><h2>Habits</h2></header><div class="inside"><div class="line-up">Theme: <button type="button" onClick=${nextTheme}>${theme.value}</button></div>
        <${Check} checked=${keysOn} onChange=${toggle}>Single keys, such as / and c</${Check}></div></section></div><${Keys} /></div>`;
}

function Name() {
  const [form, setForm] = useState({ first_name: me.value.first_name, last_name: me.value.last_name });
  const isDirty = form.first_name !== me.value.first_name || form.last_name !== me.value.last_name;
  const save = async (/** @type {Event} */ event) => {
    event.preventDefault();
    await change("PATCH", "/api/users/@me/", form);
    await whoAmI();
    say("Saved.");
  };
  return html`<form class="panel" onSubmit=${save}><header><h2>Name</h2></header><div class="inside">
    <${Field} label="First name"><input dir="auto" maxlength="150" autocomplete="given-name" value=${form.first_name} onInput=${onValue((first_name) => setForm({ ...form, first_name }))} /></${Field}>
    <${Field} label="Last name"><input dir="auto" maxlength="150" autocomplete="family-name" value=${form.last_name} onInput=${onValue((last_name) => setForm({ ...form, last_name }))} /></${Field}></div>
    <footer class="foot-bar"><button class="primary" disabled=${!isDirty}>Save</button></footer></form>`;
}

const nothing = { current: "", next: "", again: "" };

function Password() {
  const has = me.value.has_password;
  const [form, setForm] = useState(nothing);
  const [problem, setProblem] = useState({ attr: "", text: "" });
  const put = (/** @type {string} */ name) => onValue((value) => setForm({ ...form, [name]: value }));
  const save = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (form.next !== form.again) return setProblem({ attr: "again", text: "The two are not the same." });
    try {
      await change("PATCH", "/api/users/@me/", { password: form.next, ...(has && { current_password: form.current }) });
      setForm(nothing);
      setProblem({ attr: "", text: "" });
      await whoAmI();
      say("The password is set.");
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setProblem({ attr: error.attr ?? "password", text: error.message });
    }
  };
  const errorOf = (/** @type {string} */ attr) => (problem.attr === attr ? problem.text : null);
  return html`<form class="panel" onSubmit=${save} noValidate><header><h2>${has ? "Password" : "Set a password"}</h2></header><div class="inside">
    ${!has && html`<p class="quiet">You have none: only one-time codes sign you in.</p>`}
    <input type="text" hidden autocomplete="username" value=${me.value.email} readOnly />
    ${has && html`<${Field} label="Current password" error=${errorOf("current_password")}><input type="password" autocomplete="current-password" value=${form.current} onInput=${put("current")} /></${Field}>`}
    <${Field} label="New password" error=${errorOf("password")} help="At least 8 characters, and none of the common ones."><input type="password" autocomplete="new-password" value=${form.next} onInput=${put("next")} /></${Field}>
    <${Field} label="Again" error=${errorOf("again")}><input type="password" autocomplete="new-password" value=${form.again} onInput=${put("again")} /></${Field}></div>
    <footer class="foot-bar"><button class="primary" disabled=${!form.next || (has && !form.current)}>${has ? "Change password" : "Set password"}</button></footer></form>`;
}
