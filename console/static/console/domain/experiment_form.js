// A new experiment: the fields of its page, and the request they mean.
import { filtersOf } from "./flag_form.js";

/** @typedef {{ key: string, name?: string, rollout_percentage: number }} Variant */

export const emptyForm = () => ({
  name: "", description: "", flagMode: "new", key: "", isKeyTyped: false, existing: /** @type {any} */ (null),
  variants: /** @type {Variant[]} */ ([{ key: "control", rollout_percentage: 50 }, { key: "test", rollout_percentage: 50 }]),
  share: 100, groups: /** @type {any[] | null} */ (null), holdout: /** @type {number | null} */ (null),
  primary: /** @type {any[]} */ ([]), secondary: /** @type {any[]} */ ([]),
  plan: { type: "funnel", baseline: "", variance: "", change: "10", perDay: "" },
  estimate: /** @type {any} */ (null),
});

/** @typedef {ReturnType<typeof emptyForm>} ExperimentForm */

/** @param {ExperimentForm} form */
const groupsOf = (form) => form.groups ?? [{ properties: [], rollout_percentage: Number(form.share) }];

/** @param {any[]} chosen @param {"primary" | "secondary"} type */
const savedOf = (chosen, type) => chosen.filter(({ savedMetricId }) => savedMetricId).map(({ savedMetricId }) => ({ id: savedMetricId, metadata: { type } }));
/** @param {any[]} chosen */
const ownOf = (chosen) => chosen.filter(({ metric }) => metric).map(({ metric }) => metric);

/** The body of `POST experiments/`. @param {ExperimentForm} form */
export function requestOf(form) {
  const isNew = form.flagMode === "new";
  const saved = [...savedOf(form.primary, "primary"), ...savedOf(form.secondary, "secondary")];
  // An estimate of what was typed before is none.
  const plan = form.estimate?.of === JSON.stringify(estimateRequest(form)) && {
    minimum_detectable_effect: Number(form.plan.change), recommended_sample_size: Math.ceil(form.estimate.people), recommended_running_time: form.estimate.days && Math.ceil(form.estimate.days),
  };
  return {
    name: form.name.trim(),
    ...(form.description && { description: form.description }),
    feature_flag_key: isNew ? form.key : form.existing?.key ?? "",
    ...(isNew && { feature_flag: { key: form.key, filters: filtersOf({ groups: groupsOf(form), multivariate: { variants: form.variants } }) } }),
    ...(form.holdout && { holdout_id: form.holdout }),
    metrics: ownOf(form.primary), metrics_secondary: ownOf(form.secondary),
    ...(saved.length && { saved_metrics_ids: saved }),
    ...(plan && { parameters: plan }),
  };
}

/** What stops the draft, by field. @param {ExperimentForm} form @returns {Record<string, string>} */
export function problemsOf(form) {
  /** @type {Record<string, string>} */
  const found = {};
  if (!form.name.trim()) found.name = "Give it a name.";
  if (form.flagMode === "new" && !form.key) found.key = "A flag needs a key.";
  if (form.flagMode === "existing" && !form.existing) found.existing = "Choose a flag.";
  if (form.flagMode === "new") Object.assign(found, variantProblems(form.variants));
  return found;
}

/** @param {Variant[]} variants @returns {Record<string, string>} */
function variantProblems(variants) {
  const sum = variants.reduce((total, { rollout_percentage: share }) => total + Number(share), 0);
  const keys = variants.map(({ key }) => key);
  if (keys.some((key) => !key)) return { variants: "Every variant needs a key." };
  if (new Set(keys).size < keys.length) return { variants: "Two variants have the same key." };
  if (!keys.includes("control")) return { variants: "One variant has to be called control." };
  if (Math.abs(sum - 100) > 0.01) return { variants: `The shares add up to ${Number(sum.toFixed(2))} %, not 100.` };
  return {};
}

/** Of the new flag, or the one that is there. @param {ExperimentForm} form @returns {Variant[]} */
const variantsOf = (form) => (form.flagMode === "new" ? form.variants : form.existing?.filters?.multivariate?.variants ?? emptyForm().variants);

/** What might be unwise, never a wall. @param {ExperimentForm} form @returns {string[]} */
export function warningsOf(form) {
  const metrics = form.primary.length;
  const variants = variantsOf(form);
  const comparisons = metrics * (variants.length - 1);
  const shares = variants.map(({ rollout_percentage: share }) => Number(share));
  const found = [];
  if (form.flagMode === "new" && Math.max(...shares) - Math.min(...shares) > 1) found.push("The split is uneven: people who see several variants are left out, which favours the larger one.");
  if (comparisons >= 4) found.push(`With ${comparisons} comparisons, ${oneIn(comparisons)} shows a difference that is not there.`);
  return found;
}

/** "one such experiment in four". @param {number} comparisons */
function oneIn(comparisons) {
  const chance = 1 - 0.95 ** comparisons;
  const words = ["", "", "two", "three", "four", "five", "six"];
  const many = Math.round(1 / chance);
  return many <= 1 ? "most such experiments" : `one such experiment in ${words[many] ?? many}`;
}

/** The smallest change that is found in so many days: people are as its inverse square. @param {ExperimentForm} form @param {number} days */
export function changeWithin({ plan, estimate }, days) {
  const exact = Number(plan.change) * Math.sqrt(estimate.people / (days * Number(plan.perDay)));
  return String(Math.ceil(exact * 100) / 100);
}

/** The body of `calculate_running_time/`; null while something is missing. @param {ExperimentForm} form */
export function estimateRequest(form) {
  const { type, baseline, variance, change, perDay } = form.plan;
  const numbers = { baseline: Number(baseline), change: Number(change) };
  if (!(numbers.baseline > 0) || !(numbers.change > 0)) return null;
  const isFunnel = type === "funnel";
  if (["ratio", "retention"].includes(type) && !(Number(variance) > 0)) return null;
  return {
    metric_type: type, minimum_detectable_effect: numbers.change, number_of_variants: variantsOf(form).length,
    baseline_value: isFunnel || type === "retention" ? numbers.baseline / 100 : numbers.baseline,
    ...(!isFunnel && Number(variance) > 0 && { variance: Number(variance) }),
    ...(Number(perDay) > 0 && { exposure_rate_per_day: Number(perDay) }),
  };
}
