// What a result means for the goal of its metric. Nothing else in the console knows which way is good.
import { isAside } from "./exposures.js";
import { changeText, differenceText, pointsText } from "./format.js";

/**
 * @typedef {"better" | "worse" | "likely better" | "likely worse" | "no clear difference" | "not enough data" | "not computable" | "not trustworthy"} Word
 * @typedef {{ word: Word, tone: "good" | "bad" | "none", isFilled: boolean, interval: [number, number] | null,
 *   middle: number | null, chance: number | null, p: number | null, failures: string[], isSignificant: boolean }} Reading
 */

/** @param {any} variant @returns {[number, number] | null} */
export function intervalOf(variant) {
  const found = variant?.credible_interval ?? variant?.confidence_interval ?? null;
  return found && found.every((/** @type {any} */ end) => Number.isFinite(end)) ? found : null;
}

/** @param {any} baseline @param {any} variant */
const failuresOf = (baseline, variant) => [...new Set([...(variant?.validation_failures ?? []), ...(baseline?.validation_failures ?? [])])];

/**
 * @param {any} metric @param {any} baseline @param {any} variant of an ExperimentQuery answer
 * @returns {Reading}
 */
export function reading(metric, baseline, variant) {
  const interval = isTurned(metric, baseline, variant) ? null : intervalOf(variant);
  const failures = failuresOf(baseline, variant);
  if (!interval) {
    const word = failures.length ? "not enough data" : "not computable";
    return { word, tone: "none", isFilled: false, interval: null, middle: null, chance: null, p: null, failures, isSignificant: false };
  }
  const [low, high] = interval;
  const middle = (low + high) / 2;
  const isUp = middle > 0;
  const isGood = metric.goal === "decrease" ? !isUp : isUp;
  const excludesZero = low > 0 || high < 0;
  const isLikely = !excludesZero && variant.significant === true;
  const way = isGood ? "better" : "worse";
  /** @type {Word} */
  const word = excludesZero ? way : isLikely ? `likely ${way}` : "no clear difference";
  return {
    word, tone: excludesZero || isLikely ? (isGood ? "good" : "bad") : "none", isFilled: excludesZero, interval, middle,
    chance: variant.chance_to_win ?? null, p: variant.p_value ?? null, failures, isSignificant: excludesZero || isLikely,
  };
}

/** Whether a share of a baseline below zero has the sign of the opposite. @param {any} metric @param {any} baseline @param {any} variant */
function isTurned(metric, baseline, variant) {
  const before = valueOf(metric, baseline) ?? 0;
  const [low, high] = intervalOf(variant) ?? [0, 0];
  return before < 0 && ((valueOf(metric, variant) ?? 0) - before) * (low + high) < 0;
}

/** The same numbers when people are split otherwise than planned. @param {Reading} said @param {boolean} isOff @returns {Reading} */
export const distrusted = (said, isOff) => (isOff && said.interval ? { ...said, word: "not trustworthy", tone: "none", isFilled: false } : said);

// The clearest first, the good ones before the bad.
const RANK = ["not trustworthy", "better", "worse", "likely better", "likely worse", "no clear difference", "not enough data", "not computable"];

/** @param {Reading | undefined} said */
export const rankOf = (said) => (said ? RANK.indexOf(said.word) : RANK.length);

/** The clearest reading of all variants. @param {any} metric @param {any} result @param {boolean} isOff @returns {Reading | undefined} */
export const clearest = (metric, result, isOff) => (result?.variant_results ?? [])
  .filter((/** @type {any} */ { key }) => !isAside(key)).map((/** @type {any} */ one) => distrusted(reading(metric, result.baseline, one), isOff))
  .sort((/** @type {Reading} */ a, /** @type {Reading} */ b) => rankOf(a) - rankOf(b) || Math.abs(b.middle ?? 0) - Math.abs(a.middle ?? 0))[0];

/** @param {Reading} said */
export const arrowOf = ({ middle }) => (middle ? (middle > 0 ? "▲" : "▼") : "");

/** @param {Word} word */
export const capital = (word) => word[0].toUpperCase() + word.slice(1);

/** @param {Experiment} experiment */
export function isAbsolute(experiment) {
  const config = experiment.stats_config ?? {};
  const kind = (config.method === "frequentist" ? config.frequentist : config.bayesian)?.difference_type;
  return kind === "ABSOLUTE";
}

/** How changes are written: in percent, or in the unit of the metric. @param {boolean} isAbsolute @param {any} metric */
export const writerOf = (isAbsolute, metric) => (!isAbsolute ? changeText : isProportion(metric) ? pointsText : differenceText);

/** The value of a variant in its own unit. @param {any} metric @param {any} side @returns {number | null} */
export function valueOf(metric, side) {
  if (!side?.number_of_samples) return null;
  if (metric.metric_type === "ratio") return side.denominator_sum ? side.sum / side.denominator_sum : null;
  return side.sum / side.number_of_samples;
}

/** @param {any} metric */
export const isProportion = (metric) => metric.metric_type === "funnel" || metric.metric_type === "retention";
