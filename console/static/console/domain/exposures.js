// Who was exposed to what, of an ExperimentExposureQuery answer.

const SPLIT_LIMIT = 0.001;

/** Who saw several variants, and who is held out, take no part. @param {string} variant */
export const isAside = (variant) => variant === "$multiple" || isHeldOut(variant);

/** @param {string} variant */
export const isHeldOut = (variant) => variant.startsWith("holdout-");

/** @param {any} exposures */
export function exposedPeople(exposures) {
  const totals = exposures?.total_exposures ?? {};
  return Object.entries(totals).reduce((sum, [variant, people]) => (isAside(variant) ? sum : sum + Number(people)), 0);
}

/** @param {any} exposures */
export const isSplitOff = (exposures) => (exposures?.sample_ratio_mismatch?.p_value ?? 1) < SPLIT_LIMIT;

/** "34 : 33 : 33", the shares that the server expects. @param {any} exposures */
export function expectedShares(exposures) {
  const expected = /** @type {number[]} */ (Object.values(exposures?.sample_ratio_mismatch?.expected ?? {}));
  const all = expected.reduce((sum, people) => sum + people, 0);
  return expected.map((people) => Number(((people / all) * 100).toFixed(1))).join(" : ");
}
