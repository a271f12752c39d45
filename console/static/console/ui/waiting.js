// Which objects have a change that waits for approval.

/** @param {ChangeRequest} request @returns {number | null} */
export const flagOf = (request) => {
  const id = request.intent?.flag_id ?? (request.resource_type === "feature_flag" ? request.resource_id : null);
  return id === null || id === undefined ? null : Number(id);
};

/** @param {ChangeRequest} request @returns {number | null} */
export const holdoutOf = (request) => (request.resource_type === "experiment_holdout" && request.resource_id ? Number(request.resource_id) : null);

/** @param {any[] | undefined} requests @returns {Set<number>} ids of flags */
export const waitingFlags = (requests) => new Set((requests ?? []).map(flagOf).filter((id) => id !== null));
