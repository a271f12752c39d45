// Where an experiment stands, as people say it.

/** @typedef {"draft" | "scheduled" | "running" | "paused" | "stopped" | "shipped" | "archived"} State */

/** @type {Record<State, string>} */
export const WORDS = {
  draft: "Draft", scheduled: "Scheduled", running: "Running", paused: "Paused", stopped: "Stopped",
  shipped: "Shipped", archived: "Archived",
};

/** The variants of the experiment's flag. @param {Experiment} experiment @returns {{ key: string, rollout_percentage: number, name?: string }[]} */
export const variantsOf = (experiment) => experiment.feature_flag?.filters?.multivariate?.variants ?? [];

/** The variant with the whole share after the end, whoever gets it. @param {Experiment} experiment @returns {string | null} */
export const wholeVariant = (experiment) => (experiment.end_date && variantsOf(experiment).find(({ rollout_percentage }) => rollout_percentage === 100)?.key) || null;

/** The variant that everybody gets, if there is one. @param {Experiment} experiment @returns {string | null} */
export function shippedVariant(experiment) {
  const whole = wholeVariant(experiment);
  const groups = /** @type {any[]} */ (experiment.feature_flag?.filters?.groups ?? []);
  const last = groups.findIndex(({ properties, rollout_percentage: share }) => !properties?.length && (share ?? 100) === 100);
  const isForAll = last >= 0 && groups.slice(0, last + 1).every(({ variant }) => (variant ?? whole) === whole);
  return experiment.feature_flag?.active && isForAll ? whole : null;
}

/** @param {Experiment} experiment @returns {State} */
export function stateOf(experiment) {
  if (experiment.archived) return "archived";
  if (!experiment.start_date) return experiment.scheduling_config?.launch_at ? "scheduled" : "draft";
  if (experiment.end_date) return shippedVariant(experiment) ? "shipped" : "stopped";
  return experiment.feature_flag?.active === false ? "paused" : "running";
}

/** Whether nobody new takes part, while whoever does stays. @param {Experiment} experiment */
export const isFrozen = (experiment) => experiment.status === "exposure_frozen";

/** Days between the start and the end, or now; null before the start. @param {Experiment} experiment @param {number} now */
export function daysRun(experiment, now) {
  if (!experiment.start_date) return null;
  const end = experiment.end_date ? Date.parse(experiment.end_date) : now;
  return Math.max(0, (end - Date.parse(experiment.start_date)) / 86_400_000);
}

/** What was planned. @param {Experiment} experiment @returns {{ days: number | null, people: number | null, change: number | null }} */
export function planOf(experiment) {
  const plan = { ...experiment.parameters, ...experiment.parameters?.running_time_calculation };
  const positive = (/** @type {any} */ value) => (typeof value === "number" && value > 0 ? value : null);
  return {
    days: positive(plan.recommended_running_time),
    people: positive(plan.recommended_sample_size),
    change: positive(plan.minimum_detectable_effect),
  };
}

/** Inline and saved metrics in the order that people chose. @param {Experiment} experiment @param {"primary" | "secondary"} type @returns {any[]} */
export function metricsOf(experiment, type) {
  const own = (type === "primary" ? experiment.metrics : experiment.metrics_secondary) ?? [];
  const saved = (experiment.saved_metrics ?? [])
    .filter((/** @type {any} */ link) => (link.metadata?.type ?? "primary") === type)
    .map((/** @type {any} */ link) => ({ ...link.query, name: link.name, savedMetricId: link.saved_metric }));
  const order = (type === "primary" ? experiment.primary_metrics_ordered_uuids : experiment.secondary_metrics_ordered_uuids) ?? [];
  const place = (/** @type {any} */ metric) => (order.includes(metric.uuid) ? order.indexOf(metric.uuid) : order.length);
  return [...own, ...saved].map((metric, index) => ({ metric, index }))
    .sort((a, b) => place(a.metric) - place(b.metric) || a.index - b.index)
    .map(({ metric }) => metric);
}
