// An entry of the history as a sentence, and its changes as lines.

const NOUNS = /** @type {Record<string, string>} */ ({
  Experiment: "experiment", FeatureFlag: "flag", ExperimentHoldout: "holdout", ExperimentSavedMetric: "saved metric", Organization: "organization",
  Project: "project", Team: "project", OrganizationMembership: "member", OrganizationInvite: "invitation", Role: "role", PersonalAPIKey: "API key",
});
const VERBS = /** @type {Record<string, string>} */ ({ created: "created", updated: "changed", deleted: "deleted", restored: "restored" });
const FIELDS = /** @type {Record<string, string>} */ ({
  start_date: "start", end_date: "end", feature_flag_key: "flag key", metrics_secondary: "secondary metrics", metrics: "primary metrics",
  exposure_criteria: "exposure criteria", stats_config: "statistics", holdout_id: "holdout", conclusion_comment: "comment",
  scheduling_config: "schedule", rollout_percentage: "share", filters: "targeting", saved_metrics_ids: "saved metrics",
});

// Holdouts and saved metrics share the scope of experiments.
const TYPES = /** @type {Record<string, string>} */ ({ holdout: "ExperimentHoldout", shared_metric: "ExperimentSavedMetric" });

/** @param {ActivityEntry} entry @returns {string} */
export const kindOf = (entry) => TYPES[entry.detail?.type ?? ""] ?? entry.scope;

/** @param {ActivityEntry} entry */
export const nounOf = (entry) => NOUNS[kindOf(entry)] ?? entry.scope;

/** @param {ActivityEntry} entry @returns {string} "launched", or what was done in general */
export function verbOf(entry) {
  const changed = entry.detail?.changes ?? [];
  const to = (/** @type {string} */ field) => changed.find((/** @type {any} */ one) => one.field === field);
  if (entry.activity === "updated") {
    if (kindOf(entry) === "Experiment" && to("status")?.after === "running" && to("status")?.before === "draft") return "launched";
    if (entry.scope === "Experiment" && to("status")?.after === "stopped") return "ended";
    if (to("archived")) return to("archived")?.after ? "archived" : "took out of the archive";
    if (to("deleted")) return to("deleted")?.after ? "deleted" : "restored";
    if (entry.scope === "FeatureFlag" && changed.length <= 2 && to("active")) return to("active")?.after ? "switched on" : "switched off";
  }
  return VERBS[entry.activity] ?? entry.activity.replaceAll("_", " ");
}

/** @param {string} field */
export const fieldText = (field) => FIELDS[field] ?? field.replaceAll("_", " ");

/** @param {any} value @returns {string | null} null when it is no short value */
export function shortText(value) {
  if (value === null || value === undefined || value === "") return "nothing";
  if (value === true) return "on";
  if (value === false) return "off";
  if (typeof value === "object") return null;
  return String(value).length > 120 ? null : String(value);
}

// What follows from another change, or is no news.
const NOISE = new Set(["version", "updated_at", "last_modified_by", "fingerprint"]);

/** @param {any} value */
const withoutFingerprints = (value) => JSON.stringify(value, (key, inner) => (key === "fingerprint" ? undefined : inner));

/** @param {ActivityEntry} entry @returns {{ field: string, before: any, after: any }[]} */
export const changesOf = (entry) =>
  (entry.detail?.changes ?? []).filter((/** @type {any} */ one) =>
    one.field && !NOISE.has(one.field) && withoutFingerprints(one.before) !== withoutFingerprints(one.after));
