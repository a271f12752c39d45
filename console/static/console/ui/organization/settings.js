// The organization's own settings, and its projects.
import { html, useState } from "../../html.js";
import { change } from "../../api.js";
import { O, isAdmin, me, whoAmI } from "../../session.js";
import { DialogForm, ask } from "../dialog.js";
import { Check, Field } from "../field.js";
import { Icon } from "../icon.js";
import { useObjectForm } from "../object_form.js";
import { Skeleton } from "../states.js";
import { useRead } from "../use_read.js";

export function OrganizationSettings() {
  const path = `/api/organizations/${me.value.organization?.id}/`;
  const reading = useRead(path);
  const projects = useRead(O("projects/?limit=1000"));
  if (!reading.data) return html`<${Skeleton} />`;
  const create = async () => {
    if (!(await ask((close) => html`<${NewProject} close=${close} />`))) return;
    await whoAmI();
    projects.reload();
  };
  return html`<div class="stack"><${Form} object=${reading.data} etag=${reading.etag} path=${path} reload=${() => { reading.reload(); whoAmI(); }} />
    <section class="panel"><header><h2>Projects</h2>${isAdmin.value && html`<button type="button" onClick=${create}><${Icon} name="plus" />New project</button>`}</header>
      <ul class="lines">${(projects.data?.results ?? []).map((/** @type {any} */ one) => html`<li key=${one.id}><a dir="auto" href=${`/project/${one.id}/experiments`}>${one.name}</a><span class="small">${one.timezone}</span></li>`)}</ul></section></div>`;
}

/** @param {any} one */
const formOf = (one) => ({ name: one.name, members_can_invite: one.members_can_invite, default_experiment_stats_method: one.default_experiment_stats_method ?? "bayesian" });

/** @param {any} options */
function Form(options) {
  const { form, set, save, isDirty, discard, errorOf, problem } = useObjectForm({ ...options, formOf, changesOf: (/** @type {any} */ value) => value });
  const off = !isAdmin.value;
  return html`<form class="panel" onSubmit=${save} noValidate><header><h2>Settings</h2></header><div class="inside narrow">
    ${problem.text && problem.attr !== "name" && html`<p class="notice bad" role="alert">${problem.text}</p>`}
    <${Field} label="Name" error=${errorOf("name")}><input dir="auto" maxlength="64" disabled=${off} value=${form.name} onInput=${(/** @type {any} */ event) => set({ name: event.target.value })} /></${Field}>
    <${Check} checked=${Boolean(form.members_can_invite)} disabled=${off} onChange=${(/** @type {boolean} */ is) => set({ members_can_invite: is })}>Members may invite people</${Check}>
    <${Field} label="Method of new experiments"><select disabled=${off} onChange=${(/** @type {any} */ event) => set({ default_experiment_stats_method: event.target.value })}>${["bayesian", "frequentist"].map((name) => html`<option value=${name} selected=${name === form.default_experiment_stats_method}>${name}</option>`)}</select></${Field}></div>
    <footer class="foot-bar"><button type="button" disabled=${!isDirty} onClick=${discard}>Discard</button><button class="primary" disabled=${!isDirty || off}>Save</button></footer></form>`;
}

/** @param {{ close: any }} props */
function NewProject({ close }) {
  const [name, setName] = useState("");
  return html`<${DialogForm} title="New project" submit="Create project" disabled=${!name.trim()} close=${close} onSubmit=${() => change("POST", O("projects/"), { name })}>
    <${Field} label="Name"><input dir="auto" maxlength="200" value=${name} onInput=${(/** @type {any} */ event) => setName(event.target.value)} /></${Field}></${DialogForm}>`;
}
