// What a flag serves, to whom, and who is excepted: to read.
import { html } from "../../html.js";
import { page } from "../../session.js";
import { filterText, flagVariants, groupText, heldOut, shareOf } from "../../domain/flag_text.js";

/** A mark for the n-th variant: a hue and a shape. @param {{ at: number, children: any }} props */
export const VariantKey = ({ at, children }) => html`<span class=${`key v${at < 0 ? 0 : (at % 6) + 1}`} title=${children}><span dir="auto">${children}</span></span>`;

/** Shares to scale. @param {{ variants: { key: string, rollout_percentage: number }[] }} props */
export const SplitBar = ({ variants }) => html`<div class="split" role="img" aria-label=${variants.map(({ key, rollout_percentage }) => `${key} ${rollout_percentage} %`).join(", ")}>
  ${variants.map(({ key, rollout_percentage }, at) => rollout_percentage > 0 && html`<svg key=${key} class=${`v${(at % 6) + 1}`} viewBox="0 0 100 10" preserveAspectRatio="none" ref=${grow(rollout_percentage)}><rect width="100" height="10" /></svg>`)}</div>`;

/** @param {number} share */
const grow = (share) => (/** @type {SVGElement | null} */ element) => {
  if (element) element.style.flexGrow = String(share);
};

/** @param {{ flag: FeatureFlag, matched?: number | null }} props `matched` is the condition that a tested person met */
export function Serve({ flag, matched = null }) {
  const variants = flagVariants(flag);
  const groups = flag.filters?.groups ?? [];
  const held = heldOut(flag);
  return html`<dl class="facts-list serve">
    <dt>Serve</dt><dd>${variants.length ? html`<${SplitBar} variants=${variants} /><ul class="shares">${variants.map(({ key, rollout_percentage }, at) => html`
      <li key=${key}><${VariantKey} at=${at}>${key}</${VariantKey}><b class="num">${rollout_percentage} %</b></li>`)}</ul>` : html`<b>on</b>`}</dd>
    <dt>To</dt><dd><ol class="conditions">${groups.map((/** @type {any} */ group, /** @type {number} */ index) => html`
      <li key=${index} class=${matched === index ? "matched" : ""}><span class="small num">${index + 1}</span><span class="grow chips">${(group.properties ?? []).length
        ? group.properties.map((/** @type {any} */ one, /** @type {number} */ at) => html`${at > 0 && html`<span class="small">and</span>`}<span class="chip" dir="auto">${filterText(one)}</span>`) : html`<span>${groupText(group)}</span>`}</span>
        <b class="num">${shareOf(group)} %</b><span class="quiet">${group.variant ?? (variants.length ? "as split" : "")}</span></li>`)}
      ${!groups.length && html`<li>nobody</li>`}</ol></dd>
    ${held !== null && html`<dt>Except</dt><dd>${held} % in the <a href=${flag.filters.holdout?.id ? page(`holdouts/${flag.filters.holdout.id}`) : page("holdouts")}>holdout</a></dd>`}
  </dl>`;
}
