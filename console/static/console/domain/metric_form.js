// A metric as the fields of a form, and back.
import { kindOf } from "./metric_text.js";

/** Whole nodes, so that each keeps what the form does not know, such as filters. @param {any} metric */
export const formOf = (metric) => ({
  type: metric?.metric_type ?? "mean",
  name: metric?.name ?? "",
  goal: metric?.goal ?? "increase",
  source: stored(metric?.source),
  steps: /** @type {any[]} */ (Array.isArray(metric?.series) ? metric.series.map(stored) : [{}]),
  numerator: stored(metric?.numerator),
  denominator: stored(metric?.denominator),
  start: stored(metric?.start_event),
  completion: stored(metric?.completion_event),
  from: metric?.retention_window_start ?? 7,
  until: metric?.retention_window_end ?? 14,
  retentionUnit: metric?.retention_window_unit ?? "day",
  window: metric?.conversion_window ?? "",
  windowUnit: metric?.conversion_window_unit ?? "day",
  cap: metric?.upper_bound_percentile ? String(exact(metric.upper_bound_percentile * 100)) : "",
});

/** @typedef {ReturnType<typeof formOf>} Form */

/** As people write it: 64.1, not 64.09999999999999. @param {number} value */
const exact = (value) => Number(value.toPrecision(12));

/** A node that names no event is any event; what is new names none yet. @param {any} node @returns {any} */
const stored = (node) => (!node ? {} : isEvent(node) && node.event === undefined ? { ...node, event: null } : node);

/** Actions, tables and exposures are shown, not edited. @param {any} node */
export function isEvent(node) {
  return kindOf(node) === "EventsNode";
}

/** The event null is any. @param {any} node */
const isNamed = (node) => Boolean(node.event) || node.event === null || !isEvent(node);

/** @param {any} node */
export const mathOf = (node) => node.math ?? "total";

const COUNTS = new Set(["total", "dau", "unique_session", "unique_group", "hogql"]);

/** @param {any} node */
export const needsProperty = (node) => !COUNTS.has(mathOf(node));

/** @param {any} node */
const kinded = (node) => ({ kind: kindOf(node), ...(!isNamed(node) && { event: "" }), ...node });

/** @param {any} node */
function nodeOf({ math, math_property: property, ...node }) {
  return { ...kinded(node), ...(mathOf({ math }) !== "total" && { math }), ...(needsProperty({ math }) && property && { math_property: property }) };
}

const SHAPES = /** @type {Record<string, (form: Form) => any>} */ ({
  mean: (form) => ({ source: nodeOf(form.source), ...(form.cap && { upper_bound_percentile: exact(Number(form.cap) / 100) }) }),
  funnel: (form) => ({ series: form.steps.filter(isNamed).map(kinded), funnel_order_type: "ordered" }),
  ratio: (form) => ({ numerator: nodeOf(form.numerator), denominator: nodeOf(form.denominator) }),
  retention: (form) => ({
    start_event: kinded(form.start), completion_event: kinded(form.completion),
    retention_window_start: Number(form.from), retention_window_end: Number(form.until), retention_window_unit: form.retentionUnit,
    start_handling: "first_seen",
  }),
});

/** @param {Form} form */
const documentOf = (form) => ({
  kind: "ExperimentMetric", metric_type: form.type, ...(form.name && { name: form.name }), goal: form.goal,
  ...SHAPES[form.type](form),
  ...(form.window && { conversion_window: Number(form.window), conversion_window_unit: form.windowUnit }),
});

/** What the form means, written as it was before wherever it means the same. @param {Form} form @param {any} [old] the metric before */
export function metricFrom(form, old) {
  if (old?.metric_type !== form.type) return documentOf(form);
  const { fingerprint: _fingerprint, savedMetricId: _saved, ...before } = old;
  return kept(documentOf(form), documentOf(formOf(old)), before);
}

/** @param {any} made @param {any} untouched what the form made of the old one @param {any} old @returns {any} */
function kept(made, untouched, old) {
  const all = [made, untouched, old];
  if (JSON.stringify(made) === JSON.stringify(untouched)) return old;
  if (all.every((one) => Array.isArray(one) && one.length === old.length)) return made.map((/** @type {any} */ one, /** @type {number} */ at) => kept(one, untouched[at], old[at]));
  if (!all.every((one) => one && typeof one === "object" && !Array.isArray(one))) return made;
  const keys = [...new Set([...Object.keys(old), ...Object.keys(made)])];
  return Object.fromEntries(keys.map((key) => [key, kept(made[key], untouched[key], old[key])]).filter(([, value]) => value !== undefined));
}

/** What is missing, in words; empty when nothing is. @param {Form} form */
export function missingIn(form) {
  const isVague = (/** @type {any} */ node) => needsProperty(node) && !node.math_property;
  if (form.type === "mean") return !isNamed(form.source) ? "Name the event to count." : isVague(form.source) ? "Name the property to calculate with." : "";
  if (form.type === "funnel") return form.steps.some(isNamed) ? "" : "Name at least one step.";
  if (form.type === "ratio") {
    if (!isNamed(form.numerator) || !isNamed(form.denominator)) return "Name both events.";
    return isVague(form.numerator) || isVague(form.denominator) ? "Name the property to calculate with." : "";
  }
  if (!isNamed(form.start) || !isNamed(form.completion)) return "Name both events.";
  return Number(form.until) >= Number(form.from) ? "" : "The window must not end before it starts.";
}
