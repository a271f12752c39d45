// An approval policy as a sentence.

const ACTIONS = /** @type {Record<string, string>} */ ({
  "feature_flag.enable": "a flag is switched on", "feature_flag.disable": "a flag is switched off", "feature_flag.update": "shares of a flag change",
  "experiment.launch": "an experiment is launched", "experiment.pause": "an experiment is paused", "experiment.update": "shares of an experiment change",
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

/** "Ada, Grace or role Release". @param {{ users?: any[], roles?: any[] }} rules @param {(kind: "user" | "role", id: any) => string} nameOf */
export function agreeingText({ users = [], roles = [] }, nameOf) {
  const names = [...users.map((id) => nameOf("user", id)), ...roles.map((id) => nameOf("role", id))];
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} or ${names.at(-1)}` : names[0] ?? "somebody";
}

/** @param {ApprovalPolicy} policy @param {(kind: "user" | "role", id: any) => string} nameOf @returns {string} */
export function policyText(policy, nameOf) {
  const { quorum = 1, users = [], roles = [] } = policy.approver_config ?? {};
  const of = users.length + roles.length > 1 ? `${quorum} of ` : "";
  return `${of}${agreeingText({ users, roles }, nameOf)} must agree when ${ACTIONS[policy.action_key] ?? policy.action_key}${whenText(policy.conditions)}.`;
}
