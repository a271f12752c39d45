// An approval policy as a sentence.

const ACTIONS = /** @type {Record<string, string>} */ ({
  "feature_flag.enable": "a flag is switched on", "feature_flag.disable": "a flag is switched off", "feature_flag.update": "shares of a flag change",
  "experiment_holdout.update": "a holdout's share changes", "experiment_holdout.delete": "a holdout is deleted",
});
export const ACTION_CHOICES = Object.entries(ACTIONS);

/** @param {any} conditions */
function whenText(conditions) {
  const field = (conditions?.field ?? "share").replaceAll("_", " ");
  if (conditions?.type === "before_after") return ` and some ${field} is ${conditions.operator} ${conditions.value} % afterwards`;
  if (conditions?.type === "change_amount") return ` and some ${field} grows by ${conditions.operator} ${conditions.value} %`;
  if (conditions?.type === "any_change") return ` and the ${field} changes`;
  return "";
}

/** @param {ApprovalPolicy} policy @param {(kind: "user" | "role", id: any) => string} nameOf @returns {string} */
export function policyText(policy, nameOf) {
  const { quorum = 1, users = [], roles = [] } = policy.approver_config ?? {};
  const names = [...users.map((/** @type {any} */ id) => nameOf("user", id)), ...roles.map((/** @type {any} */ id) => nameOf("role", id))];
  const who = names.length > 1 ? `${quorum} of ${names.slice(0, -1).join(", ")} or ${names.at(-1)}` : names[0] ?? "somebody";
  return `${who} must agree when ${ACTIONS[policy.action_key] ?? policy.action_key}${whenText(policy.conditions)}.`;
}
