// The state of an experiment: a shape, a word and a colour.
import { html } from "../html.js";
import { WORDS, stateOf } from "../domain/status.js";

/** @param {{ experiment: Experiment }} props */
export function State({ experiment }) {
  const state = stateOf(experiment);
  return html`<span class=${`state ${state}`}>${WORDS[state]}</span>`;
}

/** A change of it waits for approval. @param {{ href?: string }} props */
export const Waiting = ({ href }) =>
  href ? html`<a class="pill warn" href=${href}>change waiting</a>` : html`<span class="pill warn">change waiting</span>`;
