// Variants of which there are too many to tell their lines apart: some at a time, chosen by boxes.
import { html, useState } from "../../html.js";
import { Check } from "../field.js";

// As many as there are hues.
const MOST = 6;

/** @param {string[]} keys @returns {{ chosen: string[], boxes: any }} */
export function useChosen(keys) {
  const [chosen, setChosen] = useState(keys.slice(0, MOST));
  if (keys.length <= MOST) return { chosen: keys, boxes: null };
  const toggle = (/** @type {string} */ key) => setChosen(chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key]);
  return {
    chosen: keys.filter((key) => chosen.includes(key)),
    boxes: html`<fieldset><legend class="small">Shown, at most ${MOST} of ${keys.length}</legend><div class="line-up">${keys.map((key) => html`
      <${Check} key=${key} checked=${chosen.includes(key)} disabled=${!chosen.includes(key) && chosen.length >= MOST} onChange=${() => toggle(key)}>${key}</${Check}>`)}</div></fieldset>`,
  };
}
