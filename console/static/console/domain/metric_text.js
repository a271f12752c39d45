// A metric in words.

const MATH = /** @type {Record<string, string>} */ ({
  total: "count of", sum: "sum of", avg: "average of", min: "smallest", max: "largest", dau: "people with", unique_session: "sessions with",
  unique_group: "groups with", hogql: "expression on", median: "median of", p75: "75th percentile of", p90: "90th percentile of", p95: "95th percentile of", p99: "99th percentile of",
});

/** Older clients leave it out. @param {any} node @returns {string} */
export const kindOf = (node) => node.kind ?? (node.table_name ? "ExperimentDataWarehouseNode" : node.id === undefined ? "EventsNode" : "ActionsNode");

/** What a source node counts: "purchase.amount". @param {any} node @returns {string} */
export function sourceText(node) {
  if (!node) return "?";
  const kind = kindOf(node);
  if (kind === "ExperimentExposureNode") return "exposure";
  if (kind === "ActionsNode") return node.custom_name || node.name || `action ${node.id}`;
  if (node.table_name) return node.custom_name || node.table_name;
  const event = node.custom_name || node.event || node.name || "any event";
  return node.math_property ? `${event}.${node.math_property}` : event;
}

/** What there must be some of: "purchase". @param {any} metric */
export const countedText = (metric) => sourceText(metric.source ?? metric.numerator ?? metric.completion_event ?? metric.series?.at(-1));

/** "sum of purchase.amount". @param {any} node */
function aggregateText(node) {
  const math = node?.math ?? "total";
  return `${MATH[math] ?? math} ${sourceText(node)}`;
}

/** @param {any} metric */
function limits(metric) {
  const ordinal = (/** @type {number} */ share) => `${Number((share * 100).toFixed(2))}th`;
  const parts = [];
  if (metric.upper_bound_percentile) parts.push(`capped at the ${ordinal(metric.upper_bound_percentile)} percentile`);
  if (metric.lower_bound_percentile) parts.push(`raised to the ${ordinal(metric.lower_bound_percentile)} percentile`);
  if (metric.threshold) parts.push(`reaching ${metric.threshold}`);
  return parts.length ? `, ${parts.join(", ")}` : "";
}

/** "within 7 days". @param {any} metric */
export function windowText(metric) {
  if (!metric.conversion_window || !metric.conversion_window_unit) return "";
  return `within ${metric.conversion_window} ${metric.conversion_window_unit}${metric.conversion_window === 1 ? "" : "s"}`;
}

/** One line below the name of a metric. @param {any} metric @returns {string} */
export function metricText(metric) {
  const within = windowText(metric) ? `, ${windowText(metric)}` : "";
  switch (metric.metric_type) {
    case "funnel":
      return `Funnel: ${(metric.series ?? []).map(sourceText).join(" → ")}${within}`;
    case "ratio":
      return `Ratio: ${aggregateText(metric.numerator)} ÷ ${aggregateText(metric.denominator)}${within}`;
    case "retention":
      return `Retention: ${sourceText(metric.start_event)} → ${sourceText(metric.completion_event)}, ${metric.retention_window_unit} ${[...new Set([metric.retention_window_start, metric.retention_window_end])].join(" to ")}`;
    case "mean":
      return `Mean ${aggregateText(metric.source)}${limits(metric)}${within}`;
    default:
      return metric.kind ? `Legacy metric (${metric.kind})` : "Metric";
  }
}

/** The name of a metric, or words for it. @param {any} metric */
export const metricName = (metric) => metric.name || metricText(metric);

/** @param {any} metric */
export const isDecrease = (metric) => metric.goal === "decrease";

/** All events a metric needs. @param {any} metric @returns {string[]} */
export function eventsOf(metric) {
  const nodes = [metric.source, ...(metric.series ?? []), metric.numerator, metric.denominator, metric.start_event, metric.completion_event];
  return [...new Set(nodes.map((node) => node?.event).filter(Boolean))];
}
