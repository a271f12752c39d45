// What the server says to do about an experiment, and which of its reasons are told first.

/** @typedef {{ code: string, text: string, metric: string | null, variant: string | null }} Reason */
/** @typedef {{ decision: string, headline: string, reasons: Reason[], variant: string | null }} Verdict */
/** @typedef {{ kind: "wait" | "good" | "bad" | "calm", title: string, told: Reason[], more: Reason[], ship: string | null }} Said */

const MOST = 4;
// What most readers need not know to follow the advice.
const DETAILS = new Set(["no-clear-difference", "guardrail-held", "expected-loss", "detectable-effect", "no-plan"]);

/** @param {Verdict} verdict @returns {Said["kind"]} */
function kindOf({ decision, reasons }) {
  if (decision === "keep running") return "wait";
  if (decision === "ship") return "good";
  return decision === "do not trust" || reasons.some(({ code }) => code === "harm") ? "bad" : "calm";
}

/** @param {Verdict} verdict @param {boolean} isOver @returns {Said} */
export function saidOf(verdict, isOver) {
  const chosen = verdict.reasons.filter(({ code }) => !DETAILS.has(code));
  const told = (chosen.length ? chosen : verdict.reasons).slice(0, MOST);
  return {
    kind: kindOf(verdict),
    // Nothing can be got ready any more once it has ended.
    title: isOver ? verdict.headline.replace(/^Ready: /, "") : verdict.headline,
    told, more: verdict.reasons.filter((reason) => !told.includes(reason)), ship: verdict.decision === "ship" ? verdict.variant : null,
  };
}
