// A flag's name, whether it is on, and what can be done with it.
import { html } from "../../html.js";
import { change } from "../../api.js";
import { navigate } from "../../router.js";
import { P, nameOf, page } from "../../session.js";
import { CopyCode, showCurl } from "../copy.js";
import { DialogForm, ask } from "../dialog.js";
import { Icon } from "../icon.js";
import { Menu } from "../menu.js";
import { Waiting } from "../state.js";
import { Ago } from "../time.js";
import { say } from "../toast.js";

/** @param {{ flag: FeatureFlag, etag: string | null, reload: () => void, pending: any[], experiments: Experiment[], may: boolean }} props */
export const FlagHead = ({ flag, etag, reload, pending, experiments, may }) => html`<header class="head"><div class="row"><h1><${CopyCode} text=${flag.key} /></h1>
    <div class="actions"><a class="button" href=${page(`feature_flags/${flag.id}/test`)}><${Icon} name="test" />Test a person</a>
      ${may && !flag.archived && html`<button type="button" onClick=${() => turn(flag, etag, experiments, reload)}>${flag.active ? "Turn off…" : "Turn on…"}</button>`}
      <${Menu} label="More actions" items=${[
        { text: "Show as curl", icon: "terminal", run: () => showCurl("GET", P(`feature_flags/${flag.id}/`)) },
        may && !flag.archived && { text: "Archive…", icon: "archive", run: () => archive(flag, etag, reload) },
        may && flag.archived && { text: "Unarchive", icon: "undo", run: () => unarchive(flag, etag, reload) },
        may && { text: "Delete…", icon: "trash", danger: true, disabled: flag.active ? "Turn it off first." : undefined, run: () => remove(flag) },
      ]} /></div></div>
  ${flag.name && html`<p class="hypothesis" dir="auto">${flag.name}</p>`}
  <div class="meta"><span class=${`state ${flag.active ? "on" : "off"}`}>${flag.active ? "On" : "Off"}</span>${flag.archived && html`<span class="pill">archived</span>`}${pending.length > 0 && html`<${Waiting} href=${page(`change_requests/${pending[0].id}`)} />`}
    <span>Version ${flag.version}</span><span>changed <${Ago} at=${flag.updated_at ?? flag.created_at} /> by <bdi>${nameOf(flag.last_modified_by ?? flag.created_by)}</bdi></span>
    ${experiments.map((one) => html`<span key=${one.id}>Experiment <a href=${page(`experiments/${one.id}`)}><bdi>${one.name}</bdi></a></span>`)}
    <span>${flag.last_called_at ? html`called <${Ago} at=${flag.last_called_at} />` : "never called"}</span>
    ${!may && html`<span class="pill" title="You may look at this, not change it.">view only</span>`}</div></header>`;

/** @param {FeatureFlag} flag @param {string | null} etag @param {any[]} experiments @param {() => void} reload */
async function turn(flag, etag, experiments, reload) {
  const running = experiments.filter((one) => one.start_date && !one.end_date);
  const to = !flag.active;
  const answer = await ask((close) => html`<${DialogForm} title=${to ? `Turn ${flag.key} on` : `Turn ${flag.key} off`} submit=${to ? "Turn on" : "Turn off"} danger=${!to} close=${close}
    onSubmit=${() => change("PATCH", P(`feature_flags/${flag.id}/`), { active: to }, { etag })}>
    <p>${to ? "People start to get what it serves." : "Everyone gets the code's fallback."}</p>
    ${running.map((one) => html`<p class="notice warn" key=${one.id}><${Icon} name="alert" /><span>Running experiment: <b>${one.name}</b>. ${to ? "It goes on." : "It is paused by this."}</span></p>`)}</${DialogForm}>`);
  if (answer && answer !== "waiting") say(to ? "The flag is on." : "The flag is off.");
  reload();
}

/** @param {FeatureFlag} flag @param {string | null} etag @param {() => void} reload */
async function archive(flag, etag, reload) {
  const answer = await ask((close) => html`<${DialogForm} title=${`Archive ${flag.key}`} submit="Archive" danger=${flag.active} close=${close} onSubmit=${() => change("POST", P(`feature_flags/${flag.id}/archive/`), {}, { etag })}>
    <p>${flag.active ? "It is turned off: everyone gets the code's fallback. " : ""}Lists leave it out.</p></${DialogForm}>`);
  if (answer && answer !== "waiting") say(`Archived ${flag.key}.`, async () => unarchive(flag, null, reload));
  reload();
}

/** @param {FeatureFlag} flag @param {string | null} etag @param {() => void} reload */
async function unarchive(flag, etag, reload) {
  await change("POST", P(`feature_flags/${flag.id}/unarchive/`), {}, { etag });
  reload();
}

/** @param {FeatureFlag} flag */
async function remove(flag) {
  const path = P(`feature_flags/${flag.id}/`);
  const answer = await ask((close) => html`<${DialogForm} title=${`Delete ${flag.key}`} submit="Delete" danger close=${close} onSubmit=${() => change("PATCH", path, { deleted: true })}>
    <p>Code that asks for it gets its fallback. It can be restored.</p></${DialogForm}>`);
  if (answer === undefined || answer === "waiting") return;
  navigate(page("feature_flags"), { force: true });
  say(`Deleted ${flag.key}.`, async () => {
    await change("PATCH", path, { deleted: false });
    navigate(page(`feature_flags/${flag.id}`));
  });
}
