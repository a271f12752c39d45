// The queries of results, as the API takes them.
import { variantsOf, wholeVariant } from "./status.js";

/** @param {Experiment} experiment @param {any} metric */
export const metricQuery = (experiment, { savedMetricId: _saved, ...metric }) => ({ kind: "ExperimentQuery", experiment_id: experiment.id, metric });

/** @param {Experiment} experiment */
export const exposureQuery = (experiment) => ({
  kind: "ExperimentExposureQuery", experiment_id: experiment.id, experiment_name: experiment.name, exposure_criteria: experiment.exposure_criteria,
  feature_flag: { key: experiment.feature_flag_key, filters: plannedFilters(experiment) }, start_date: experiment.start_date, end_date: experiment.end_date, holdout: experiment.holdout,
});

// Once shipped the flag gives one variant everything; the split is compared with what was planned.
/** @param {Experiment} experiment */
function plannedFilters(experiment) {
  const filters = experiment.feature_flag?.filters ?? {};
  const planned = wholeVariant(experiment) && experiment.parameters?.feature_flag_variants;
  return { ...filters, multivariate: { ...filters.multivariate, variants: planned || variantsOf(experiment) } };
}
