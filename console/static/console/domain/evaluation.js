// Why a person gets what they get, in words.
import { groupText } from "./flag_text.js";

/** @typedef {{ title: string, why: string, tone: "good" | "none" | "bad", matched: number | null }} Told */

/** @param {FeatureFlag} flag @param {any} answer of `/flags?v=2` for this flag; undefined when the flag is not in it @returns {Told} */
export function told(flag, answer) {
  if (!flag.active) return { title: "nothing", why: "The flag is off: the code's fallback shows.", tone: "none", matched: null };
  if (!answer) return { title: "nothing", why: "The server did not answer for this flag.", tone: "bad", matched: null };
  if (answer.failed) return { title: "unknown", why: "The flag could not be evaluated.", tone: "bad", matched: null };
  const group = flag.filters?.groups?.[answer.reason?.condition_index ?? -1];
  const number = (answer.reason?.condition_index ?? 0) + 1;
  const code = answer.reason?.code ?? "";
  if (answer.enabled) {
    const isHeld = answer.variant?.startsWith("holdout-");
    if (code === "super_condition_value") return { title: answer.variant ?? "on", why: "Because the person has joined early access.", tone: "good", matched: null };
    if (isHeld) return { title: answer.variant, why: "In the holdout: this person sees no experiment that uses it.", tone: "none", matched: null };
    return { title: answer.variant ?? "on", why: group ? `Because condition ${number} matched (${groupText(group)}).` : answer.reason?.description ?? "", tone: "good", matched: answer.reason?.condition_index ?? null };
  }
  if (code === "super_condition_value") return { title: "nothing", why: "The person has left early access.", tone: "none", matched: null };
  if (code === "out_of_rollout_bound") return { title: "nothing", why: `Condition ${number} matched, but the person is outside its share.`, tone: "none", matched: null };
  if (code === "no_condition_match") return { title: "nothing", why: "No condition matched.", tone: "none", matched: null };
  if (code.includes("holdout")) return { title: "nothing", why: "In the holdout.", tone: "none", matched: null };
  return { title: "nothing", why: answer.reason?.description ?? code, tone: "none", matched: null };
}
