// Go anywhere by name: pages, experiments, flags, actions.
import { html, useEffect, useState } from "../html.js";
import { read } from "../api.js";
import { navigate } from "../router.js";
import { P, mayMake, nextTheme, page, projects, signOut } from "../session.js";
import { ask } from "./dialog.js";
import { Icon } from "./icon.js";

export const openPalette = () => void ask((close) => html`<${Palette} close=${close} />`);

/** @typedef {{ text: string, icon: string, hint?: string, run: () => void }} Choice */

/** @param {string} text @param {string} icon @param {string} to @param {string} [hint] @returns {Choice} */
const link = (text, icon, to, hint) => ({ text, icon, hint, run: () => navigate(to) });

/** @returns {Choice[]} */
const places = () => [
  ...(mayMake("experiment") ? [link("New experiment", "plus", page("experiments/new"), "c")] : []),
  ...(mayMake("feature_flag") ? [link("New feature flag", "plus", page("feature_flags/new"))] : []),
  link("Experiments", "flask", page("experiments"), "g e"), link("Feature flags", "flag", page("feature_flags"), "g f"),
  link("Holdouts", "shield", page("holdouts"), "g h"), link("Saved metrics", "ruler", page("saved_metrics"), "g m"),
  link("Change requests", "git", page("change_requests"), "g r"), link("Activity", "clock", page("activity"), "g a"),
  link("Settings", "gear", page("settings"), "g s"), link("Members", "users", "/organization/members"),
  link("Roles", "users", "/organization/roles"), link("API keys", "key", "/me"), link("Your account", "user", "/me"),
  link("First steps, SDK snippets", "rocket", "/welcome"),
  { text: "Change theme", icon: "moon", run: nextTheme }, { text: "Sign out", icon: "logout", run: signOut },
  ...projects.value.map((/** @type {any} */ one) => link(`Project ${one.name}`, "building", `/project/${one.id}/experiments`)),
];

/** @param {string} text @param {string} typed */
const fits = (text, typed) => typed.toLowerCase().split(/\s+/).every((word) => text.toLowerCase().includes(word));

/** @param {string} typed @returns {Promise<Choice[]>} */
async function find(typed) {
  const search = encodeURIComponent(typed);
  const [experiments, flags] = await Promise.all([
    read(P(`experiments/?limit=8&search=${search}`)), read(P(`feature_flags/?limit=8&search=${search}`)),
  ]);
  return [
    ...experiments.results.map((/** @type {any} */ one) => link(one.name, "flask", page(`experiments/${one.id}`), one.feature_flag_key)),
    ...flags.results.map((/** @type {any} */ one) => link(one.key, "flag", page(`feature_flags/${one.id}`), "flag")),
  ];
}

/** @param {{ close: () => void }} props */
function Palette({ close }) {
  const [typed, setTyped] = useState("");
  const [found, setFound] = useState({ typed: "", rows: /** @type {Choice[]} */ ([]) });
  const [at, setAt] = useState(0);
  const [isTaken, setTaken] = useState(false);
  useEffect(() => {
    let isWanted = true;
    const timer = setTimeout(() => find(typed).then((rows) => isWanted && setFound({ typed, rows }), () => {}), typed ? 120 : 0);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [typed]);
  const choices = [...places().filter(({ text }) => !typed || fits(text, typed)).slice(0, typed ? 8 : 9), ...(found.typed === typed ? found.rows : [])].slice(0, 18);
  const now = Math.min(at, choices.length - 1);
  const take = (/** @type {Choice | undefined} */ choice) => {
    close();
    choice?.run();
  };
  // Who is quicker than the search gets what it finds.
  useEffect(() => {
    if (isTaken && choices.length) take(choices[now]);
  }, [isTaken, found]);
  useEffect(() => document.getElementById(`palette-${now}`)?.scrollIntoView({ block: "nearest" }), [now]);
  const keys = (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((now + step + choices.length) % (choices.length || 1));
    else if (event.key === "Enter") setTaken(true);
    else return;
    event.preventDefault();
  };
  return html`<div class="palette">
    <h2 id="dialog-title" class="sr">Go to</h2>
    <input type="search" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-label="Go to"
      aria-activedescendant=${choices.length ? `palette-${now}` : undefined} placeholder="Pages, experiments, flags…" value=${typed}
      onInput=${(/** @type {any} */ event) => { setTyped(event.target.value); setAt(0); setTaken(false); }} onKeyDown=${keys} />
    <ul id="palette-list" role="listbox" aria-label="Choices">${choices.map((choice, index) => html`
      <li id=${`palette-${index}`} role="option" aria-selected=${index === now} onClick=${() => take(choice)} onMouseMove=${() => setAt(index)}>
        <${Icon} name=${choice.icon} /><span class="clip" dir="auto">${choice.text}</span>${choice.hint && html`<span class="small clip">${choice.hint}</span>`}</li>`)}
    </ul>
    ${!choices.length && html`<p class="small">Nothing matches.</p>`}
  </div>`;
}
