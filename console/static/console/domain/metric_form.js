// A metric as the fields of a form, and back.

/** @typedef {{ event: string, math: string, property: string }} Source */

/** @param {any} node @returns {Source} */
const sourceFrom = (node) => ({ event: node?.event ?? "", math: node?.math ?? "total", property: node?.math_property ?? "" });

/** @param {any} metric */
export const formOf = (metric) => ({
  type: metric?.metric_type ?? "mean",
  name: metric?.name ?? "",
  goal: metric?.goal ?? "increase",
  source: sourceFrom(metric?.source),
  steps: /** @type {any[]} */ (Array.isArray(metric?.series) ? metric.series.map((/** @type {any} */ node) => node ?? {}) : [{}]),
  numerator: sourceFrom(metric?.numerator),
  denominator: sourceFrom(metric?.denominator),
  startEvent: metric?.start_event?.event ?? "",
  completionEvent: metric?.completion_event?.event ?? "",
  from: metric?.retention_window_start ?? 7,
  until: metric?.retention_window_end ?? 14,
  retentionUnit: metric?.retention_window_unit ?? "day",
  window: metric?.conversion_window ?? "",
  windowUnit: metric?.conversion_window_unit ?? "day",
  cap: metric?.upper_bound_percentile ? String(metric.upper_bound_percentile * 100) : "",
});

/** @typedef {ReturnType<typeof formOf>} Form */

/** @param {any} node */
const isStep = (node) => node.event || node.kind === "ActionsNode";

const WITH_PROPERTY = new Set(["sum", "avg", "min", "max"]);

// What the form does not know, such as filters, stays as it was.
/** @param {Source} source @param {any} old */
function nodeOf({ event, math, property }, old) {
  const { event: _event, math: _math, math_property: _property, ...rest } = old ?? {};
  return {
    ...rest, kind: "EventsNode", event,
    ...(math !== "total" && { math }),
    ...(WITH_PROPERTY.has(math) && property && { math_property: property }),
  };
}

const SHAPES = /** @type {Record<string, (form: Form, old: any) => any>} */ ({
  mean: (form, old) => ({ source: nodeOf(form.source, old.source), ...(form.cap && { upper_bound_percentile: Number(form.cap) / 100 }) }),
  funnel: (form, old) => ({
    series: form.steps.filter(isStep).map((node) => ({ kind: "EventsNode", ...node })),
    funnel_order_type: old.funnel_order_type ?? "ordered",
  }),
  ratio: (form, old) => ({ numerator: nodeOf(form.numerator, old.numerator), denominator: nodeOf(form.denominator, old.denominator) }),
  retention: (form, old) => ({
    start_event: { ...old.start_event, kind: "EventsNode", event: form.startEvent },
    completion_event: { ...old.completion_event, kind: "EventsNode", event: form.completionEvent },
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
  const needsProperty = (/** @type {Source} */ source) => WITH_PROPERTY.has(source.math) && !source.property;
  if (form.type === "mean") return !form.source.event ? "Name the event to count." : needsProperty(form.source) ? "Name the property to calculate with." : "";
  if (form.type === "funnel") return form.steps.some(isStep) ? "" : "Name at least one step.";
  if (form.type === "ratio") {
    if (!form.numerator.event || !form.denominator.event) return "Name both events.";
    return needsProperty(form.numerator) || needsProperty(form.denominator) ? "Name the property to calculate with." : "";
  }
  if (!form.startEvent || !form.completionEvent) return "Name both events.";
  return Number(form.until) > Number(form.from) ? "" : "The window must end after it starts.";
}
