// A metric as the fields of a form, and back.

/** Whole nodes, so that each keeps what the form does not know, such as filters. @param {any} metric */
export const formOf = (metric) => ({
  type: metric?.metric_type ?? "mean",
  name: metric?.name ?? "",
  goal: metric?.goal ?? "increase",
  source: /** @type {any} */ (metric?.source ?? {}),
  steps: /** @type {any[]} */ (Array.isArray(metric?.series) ? metric.series.map((/** @type {any} */ node) => node ?? {}) : [{}]),
  numerator: /** @type {any} */ (metric?.numerator ?? {}),
  denominator: /** @type {any} */ (metric?.denominator ?? {}),
  start: /** @type {any} */ (metric?.start_event ?? {}),
  completion: /** @type {any} */ (metric?.completion_event ?? {}),
  from: metric?.retention_window_start ?? 7,
  until: metric?.retention_window_end ?? 14,
  retentionUnit: metric?.retention_window_unit ?? "day",
  window: metric?.conversion_window ?? "",
  windowUnit: metric?.conversion_window_unit ?? "day",
  cap: metric?.upper_bound_percentile ? String(metric.upper_bound_percentile * 100) : "",
});

/** @typedef {ReturnType<typeof formOf>} Form */

/** Actions, tables and exposures are shown, not edited. @param {any} node */
export const isEvent = (node) => (node.kind ?? "EventsNode") === "EventsNode";

/** The event null is any. @param {any} node */
const isNamed = (node) => Boolean(node.event) || node.event === null || !isEvent(node);

/** @param {any} node */
export const mathOf = (node) => node.math ?? "total";

const COUNTS = new Set(["total", "dau", "unique_session", "unique_group", "hogql"]);

/** @param {any} node */
export const needsProperty = (node) => !COUNTS.has(mathOf(node));

/** @param {any} node */
function nodeOf({ math, math_property: property, ...node }) {
  return { kind: "EventsNode", ...node, ...(mathOf({ math }) !== "total" && { math }), ...(needsProperty({ math }) && property && { math_property: property }) };
}

const SHAPES = /** @type {Record<string, (form: Form, old: any) => any>} */ ({
  mean: (form) => ({ source: nodeOf(form.source), ...(form.cap && { upper_bound_percentile: Number(form.cap) / 100 }) }),
  funnel: (form, old) => ({
    series: form.steps.filter(isNamed).map((node) => ({ kind: "EventsNode", ...node })),
    funnel_order_type: old.funnel_order_type ?? "ordered",
  }),
  ratio: (form) => ({ numerator: nodeOf(form.numerator), denominator: nodeOf(form.denominator) }),
  retention: (form, old) => ({
    start_event: { kind: "EventsNode", ...form.start }, completion_event: { kind: "EventsNode", ...form.completion },
    retention_window_start: Number(form.from), retention_window_end: Number(form.until), retention_window_unit: form.retentionUnit,
    start_handling: old.start_handling ?? "first_seen",
  }),
});

/** @param {Form} form @param {any} [old] the metric before */
export function metricFrom(form, old) {
  const before = old?.metric_type === form.type ? old : {};
  // What the form does not know stays as it was, what it knows comes from there.
  const { fingerprint: _fingerprint, savedMetricId: _saved, name: _name, upper_bound_percentile: _cap, conversion_window: _window, conversion_window_unit: _unit, ...rest } = before;
  return {
    ...rest, kind: "ExperimentMetric", metric_type: form.type, ...(form.name && { name: form.name }), goal: form.goal,
    ...SHAPES[form.type](form, before),
    ...(form.window && { conversion_window: Number(form.window), conversion_window_unit: form.windowUnit }),
  };
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
  return Number(form.until) > Number(form.from) ? "" : "The window must end after it starts.";
}
