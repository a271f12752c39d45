// What is tried, and why.
import { html } from "../../html.js";
import { keyFrom } from "../../domain/format.js";
import { Field } from "../field.js";

/** @typedef {{ form: import("../../domain/experiment_form.js").ExperimentForm, set: (changes: any) => void, problems: Record<string, string> }} Props */

/** @param {Props} props */
export const Idea = ({ form, set, problems }) => html`<section class="panel"><header><h2>1 Idea</h2></header><div class="inside narrow">
  <${Field} label="Name" error=${problems.name}><input dir="auto" maxlength="400" value=${form.name}
    onInput=${(/** @type {any} */ event) => set({ name: event.target.value, ...(!form.isKeyTyped && { key: keyFrom(event.target.value) }) })} /></${Field}>
  <${Field} label="Hypothesis" optional error=${problems.description} help="Who will do what more often, and why?"><textarea dir="auto" maxlength="3000" value=${form.description}
    onInput=${(/** @type {any} */ event) => set({ description: event.target.value })}></textarea></${Field}></div></section>`;
