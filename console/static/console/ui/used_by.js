// Experiments that use something.
import { html, useEffect, useState } from "../html.js";
import { readAll } from "../api.js";
import { P, page } from "../session.js";
import { State } from "./state.js";

/** @param {string} filter of the list @returns {any[] | null} null while not known */
export function useUsers(filter) {
  const [found, setFound] = useState(/** @type {any[] | null} */ (null));
  // Those in the archive are on a list of their own.
  useEffect(() => void Promise.all(["", "&archived=true"].map((more) => readAll(P(`experiments/?${filter}${more}`)))).then((all) => setFound(all.flat()), () => {}), [filter]);
  return found;
}

/** @param {{ experiments: Experiment[] | null }} props */
export const UsedBy = ({ experiments }) => html`<section class="panel"><header><h2>Used by ${experiments ? experiments.length : "…"}</h2></header>
  ${experiments?.length ? html`<ul class="lines">${experiments.map((one) => html`<li key=${one.id} class="line-up"><a class="grow clip" dir="auto" href=${page(`experiments/${one.id}`)}>${one.name}</a><${State} experiment=${one} /></li>`)}</ul>` : experiments && html`<p class="inside-text quiet">No experiment.</p>`}</section>`;
