// Which objects have a change that waits for approval.
import { P } from "../session.js";
import { useRead } from "./use_read.js";

/** @param {ChangeRequest} request @returns {number | null} */
export const flagOf = (request) => {
  const id = request.intent?.flag_id ?? (request.resource_type === "feature_flag" ? request.resource_id : null);
  return id === null || id === undefined ? null : Number(id);
};

/** @param {ChangeRequest} request @returns {number | null} */
export const holdoutOf = (request) => (request.resource_type === "experiment_holdout" && request.resource_id ? Number(request.resource_id) : null);

/** What waits, by the ids of the objects. @param {(request: ChangeRequest) => number | null} idOf @param {number} every seconds */
export function useWaiting(idOf, every) {
  const reading = useRead(P("change_requests/?state=pending&limit=100"), every);
  const all = /** @type {ChangeRequest[]} */ (reading.data?.results ?? []);
  return { ids: new Set(all.map(idOf)), about: (/** @type {number | undefined} */ id) => all.filter((one) => idOf(one) === id), reload: reading.reload };
}
