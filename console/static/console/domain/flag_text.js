// What a flag serves to whom, in words.

const OPERATORS = /** @type {Record<string, string>} */ ({
  exact: "is", is_not: "is not", icontains: "contains", not_icontains: "does not contain", icontains_multi: "contains one of", not_icontains_multi: "contains none of", regex: "matches", not_regex: "does not match",
  gt: "is more than", gte: "is at least", lt: "is less than", lte: "is at most", is_set: "is set", is_not_set: "is not set",
  is_date_exact: "is on", is_date_before: "is before", is_date_after: "is after", in: "is in", not_in: "is not in", flag_evaluates_to: "serves",
  starts_with: "starts with", ends_with: "ends with", min: "is at least", max: "is at most", between: "is between", not_between: "is not between",
  semver_eq: "is version", semver_neq: "is not version", semver_gt: "is above version", semver_gte: "is at least version", semver_lt: "is below version", semver_lte: "is at most version",
});

export const OPERATOR_CHOICES = ["exact", "is_not", "icontains", "not_icontains", "regex", "not_regex", "gt", "gte", "lt", "lte", "is_set", "is_not_set", "is_date_before", "is_date_after"];
export const WITHOUT_VALUE = new Set(["is_set", "is_not_set"]);

/** @param {string} operator */
export const operatorText = (operator) => OPERATORS[operator] ?? operator.replaceAll("_", " ");

/** @param {any} value @returns {any[]} */
export const listOf = (value) => (value === null || value === undefined || value === "" ? [] : Array.isArray(value) ? value : [value]);

/** @param {any} value @returns {string[]} */
export const valuesOf = (value) => listOf(value).map(String);

/** "country is one of DE, AT". @param {any} filter */
export function filterText(filter) {
  const operator = filter.operator ?? "exact";
  if (WITHOUT_VALUE.has(operator)) return `${filter.key} ${operatorText(operator)}`;
  const values = valuesOf(filter.value);
  const many = values.length > 1;
  const word = many && operator === "exact" ? "is one of" : many && operator === "is_not" ? "is none of" : operatorText(operator);
  const subject = filter.type === "cohort" ? "person" : filter.type === "flag" ? `flag ${filter.key}` : filter.key;
  return `${subject} ${word} ${filter.type === "cohort" ? "cohort " : ""}${values.join(", ")}`;
}

/** "country is DE and plan is pro"; "everyone". @param {any} group */
export const groupText = (group) => ((group.properties ?? []).length ? group.properties.map(filterText).join(" and ") : "everyone");

/** @param {any} group */
export const shareOf = (group) => group.rollout_percentage ?? 100;

/** @param {FeatureFlag} flag @returns {{ key: string, rollout_percentage: number, name?: string }[]} */
export const flagVariants = (flag) => flag?.filters?.multivariate?.variants ?? [];

/** "release", "experiment"… @param {FeatureFlag} flag */
export function typeText(flag) {
  if (flag.experiment_set?.length) return "Experiment";
  if (flag.is_remote_configuration) return "Remote configuration";
  return flagVariants(flag).length ? "Variants" : "On or off";
}

/** "50/50 to 20 % where country is DE". @param {FeatureFlag} flag */
export function servesText(flag) {
  const variants = flagVariants(flag);
  const only = variants.find(({ rollout_percentage }) => rollout_percentage === 100);
  const what = only ? only.key : variants.length ? variants.map(({ rollout_percentage }) => rollout_percentage).join("/") : "on";
  const groups = flag.filters?.groups ?? [];
  if (!groups.length) return "nobody";
  const first = groups[0];
  const share = shareOf(first) === 100 ? "" : ` to ${shareOf(first)} %`;
  const where = (first.properties ?? []).length ? ` where ${groupText(first)}` : share ? "" : " to everyone";
  return `${what}${share}${where}${groups.length > 1 ? `, and ${groups.length - 1} more` : ""}`;
}

/** The share that a holdout keeps out. @param {FeatureFlag} flag @returns {number | null} */
export const heldOut = (flag) => flag.filters?.holdout?.exclusion_percentage ?? flag.filters?.holdout_groups?.[0]?.rollout_percentage ?? null;
