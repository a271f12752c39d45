// The variants of a flag, to edit: keys, descriptions, shares that add up to 100.
import { html } from "../../html.js";
import { evenShares } from "../../domain/flag_diff.js";
import { Icon } from "../icon.js";
import { SplitBar } from "./serve.js";

const MOST = 20;

/** @param {{ variants: any[], onChange: (variants: any[]) => void, error?: string, isFixed?: boolean }} props `isFixed`: shares only */
export function Variants({ variants, onChange, error, isFixed }) {
  const set = (/** @type {number} */ at, /** @type {any} */ changes) => onChange(variants.map((one, index) => (index === at ? { ...one, ...changes } : one)));
  const split = (/** @type {any[]} */ list) => {
    const shares = evenShares(list.length);
    return list.map((one, at) => ({ ...one, rollout_percentage: shares[at] }));
  };
  const sum = variants.reduce((total, { rollout_percentage: share }) => total + Number(share || 0), 0);
  const isRight = Math.abs(sum - 100) < 0.01;
  const next = `test-${variants.length}`;
  return html`<fieldset class=${`variants ${error ? "wrong" : ""}`}><legend class="legend-text">Variants</legend>
    ${variants.map((variant, at) => html`<div class="line-up" key=${at}><span class=${`key v${(at % 6) + 1}`}></span>
      <input class="grow" aria-label=${`Key of variant ${at + 1}`} value=${variant.key} disabled=${isFixed} spellcheck="false" onInput=${(/** @type {any} */ event) => set(at, { key: event.target.value })} />
      <input class="grow" aria-label=${`Description of variant ${at + 1}`} dir="auto" placeholder="what people see" value=${variant.name ?? ""} onInput=${(/** @type {any} */ event) => set(at, { name: event.target.value || undefined })} />
      <span class="share"><input type="number" min="0" max="100" step="any" aria-label=${`Share of variant ${at + 1}, in percent`} value=${variant.rollout_percentage} onInput=${(/** @type {any} */ event) => set(at, { rollout_percentage: Number(event.target.value) })} /> %</span>
      <button type="button" class="bare" aria-label=${`Remove variant ${at + 1}`} disabled=${isFixed || variants.length < 3} onClick=${() => onChange(split(variants.filter((_, index) => index !== at)))}><${Icon} name="x" /></button></div>`)}
    <${SplitBar} variants=${variants} />
    <div class="line-up">${!isFixed && html`<button type="button" class="small-one" disabled=${variants.length >= MOST} onClick=${() => onChange(split([...variants, { key: next, rollout_percentage: 0 }]))}><${Icon} name="plus" />Variant</button>`}
      <button type="button" class="small-one" onClick=${() => onChange(split(variants))}>Split evenly</button>
      <span class=${isRight ? "ok num" : "error num"} aria-live="polite">sum ${Number(sum.toFixed(2))} %${isRight ? html` <${Icon} name="check" />` : ""}</span></div>
    ${error && html`<p class="error" role="alert">${error}</p>`}</fieldset>`;
}
