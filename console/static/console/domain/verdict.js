// The one sentence about an experiment, why, and what to do.
import { changeText, count, intervalText, percentText, plural } from "./format.js";
import { metricName } from "./metric_text.js";
import { daysRun, planOf } from "./status.js";

/**
 * @typedef {import("./reading.js").Reading} Reading
 * @typedef {{ metric: any, variant: string, reading: Reading }} Row a variant of a primary metric
 * @typedef {{ kind: "wait" | "warn" | "good" | "bad" | "calm", title: string, why: string, ship?: string }} Verdict
 */

export const SPLIT_LIMIT = 0.001;
const MIN_DAYS = 7;

/** Who saw several variants, and who is held out, take no part. @param {string} variant */
export const isAside = (variant) => variant === "$multiple" || variant.startsWith("holdout-");

/** @param {any} exposures an ExperimentExposureQuery answer */
export function exposedPeople(exposures) {
  const totals = exposures?.total_exposures ?? {};
  return Object.entries(totals).reduce((sum, [variant, people]) => (isAside(variant) ? sum : sum + Number(people)), 0);
}

/** @param {any} exposures */
export const isSplitOff = (exposures) => (exposures?.sample_ratio_mismatch?.p_value ?? 1) < SPLIT_LIMIT;

/** "one-page is ahead on Purchase (+8.3 %, between +0.7 % and +15.9 %)". @param {Row} row */
function finding({ metric, variant, reading }) {
  const how = { better: "is better on", worse: "harms", "likely better": "is likely better on", "likely worse": "likely harms" }[/** @type {string} */ (reading.word)];
  const span = reading.interval ? ` (${changeText(reading.middle ?? 0)}, between ${intervalText(reading.interval).replace(" to ", " and ")})` : "";
  return `**${variant}** ${how ?? "has no clear effect on"} **${metricName(metric)}**${span}`;
}

/** @param {Row[]} rows */
function findings(rows) {
  const told = rows.filter(({ reading }) => reading.tone !== "none");
  const comparisons = rows.length > 1 ? ` ${plural(rows.length, "comparison")}; none is corrected for the others.` : "";
  if (!told.length) return `No primary metric shows a clear difference yet.${comparisons}`;
  return `${told.slice(0, 3).map(finding).join("; ")}.${comparisons}`;
}

/** What is left of the plan, in days or people. @param {any} experiment @param {number} people @param {number} now */
function unfinished(experiment, people, now) {
  const days = daysRun(experiment, now) ?? 0;
  const plan = planOf(experiment);
  if (plan.days && days < plan.days) {
    return `Keep it running: ${count(Math.ceil(plan.days - days))} of ${plural(Math.ceil(plan.days), "day")} are left`;
  }
  if (days < MIN_DAYS) {
    const left = Math.ceil(MIN_DAYS - days);
    return `Keep it running: ${plural(left, "day")} until a full week`;
  }
  if (plan.people && people < plan.people) return `Keep it running: ${percentText(people / plan.people, 0)} of the planned people are in`;
  return null;
}

/** @param {any} experiment */
const isSequential = (experiment) => Boolean(experiment.stats_config?.frequentist?.sequential ?? experiment.stats_config?.frequentist?.sequential_testing_enabled);

/**
 * The first that is true.
 * @param {any} experiment @param {any} exposures @param {Row[]} rows of all primary metrics
 * @param {number} missing primary metrics without an answer @param {number} now
 * @returns {Verdict}
 */
export function verdict(experiment, exposures, rows, missing, now) {
  if (!experiment.start_date) return { kind: "calm", title: "A draft: nobody sees it yet", why: "Launch it when code, metrics and plan are ready." };
  const people = exposedPeople(exposures);
  if (isSplitOff(exposures)) {
    return { kind: "bad", title: "Do not decide: the split is off", why: "The variants have other shares of people than the flag gives them. Something loses or adds people to one variant: a redirect, a crash, a bot, a change of shares while it ran. Numbers below are not trustworthy." };
  }
  if (!people) return { kind: "wait", title: "Nobody has been exposed yet", why: "No exposure event has arrived for this flag since the start." };
  const without = rows.filter(({ reading }) => !reading.interval);
  if (!rows.length && !missing) return { kind: "calm", title: "No primary metric", why: "Add one to learn whether a variant is better." };
  if (without.length || missing) return { kind: "wait", title: "Collecting data", why: `${findings(rows)} Some comparisons need more people first.` };
  const harm = rows.find(({ reading }) => reading.word === "worse");
  const left = isSequential(experiment) || experiment.end_date ? null : unfinished(experiment, people, now);
  if (left) return { kind: "wait", title: left, why: `${findings(rows)} Stopping early on a good day makes chance look like an effect.${harm ? ` So far ${finding(harm)}.` : ""}` };
  const best = rows.find(({ reading }) => reading.word === "better");
  if (harm) return { kind: "bad", title: `${harm.variant} harms ${metricName(harm.metric)}`, why: `${findings(rows)}${noPlan(experiment)}` };
  if (best) return { kind: "good", title: `Ready: ${best.variant} is better on ${metricName(best.metric)}`, why: `${findings(rows)}${noPlan(experiment)}`, ship: best.variant };
  const change = planOf(experiment).change;
  return { kind: "calm", title: change ? `No difference of ${count(change)} % or more found` : "No clear difference found", why: `${findings(rows)}${noPlan(experiment)}` };
}

/** @param {any} experiment */
const noPlan = (experiment) => (planOf(experiment).days || planOf(experiment).people || experiment.end_date ? "" : " Enter a plan to know when to stop.");
