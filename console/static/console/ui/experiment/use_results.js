// Results of an experiment: exposures, and one answer a metric, a few at a time.
import { useCallback, useEffect, useRef, useState } from "../../html.js";
import { Refusal, change } from "../../api.js";
import { P } from "../../session.js";
import { metricsOf } from "../../domain/status.js";

const AT_ONCE = 4;

/**
 * @typedef {{ status: "waiting" | "done" | "failed", result: any, error: string }} Answer
 * @typedef {{ exposures: any, exposureError: string, answers: Record<string, Answer>, isServed: boolean, isBusy: boolean, done: number, total: number,
 *   seconds: number, recalculate: () => void, retry: (metric: any) => void }} Results
 */

/** @param {any} experiment */
export const exposureQuery = (experiment) => ({
  kind: "ExperimentExposureQuery", experiment_id: experiment.id, experiment_name: experiment.name, exposure_criteria: experiment.exposure_criteria,
  feature_flag: { key: experiment.feature_flag_key, filters: shownFilters(experiment) },
  start_date: experiment.start_date, end_date: experiment.end_date, holdout: experiment.holdout,
});

// Once shipped the flag gives one variant everything; the split is compared with what was planned.
/** @param {any} experiment */
function shownFilters(experiment) {
  const filters = experiment.feature_flag?.filters ?? {};
  const planned = experiment.parameters?.feature_flag_variants;
  const isShipped = experiment.end_date && filters.multivariate?.variants?.some((/** @type {any} */ one) => one.rollout_percentage === 100);
  return isShipped && planned ? { ...filters, multivariate: { ...filters.multivariate, variants: planned } } : filters;
}

/** @param {any} experiment @param {any} metric */
export const metricQuery = (experiment, metric) => {
  const { savedMetricId: _saved, ...document } = metric;
  return { kind: "ExperimentQuery", experiment_id: experiment.id, metric: document };
};

/** @param {any} metric */
export const idOf = (metric) => metric.uuid ?? JSON.stringify(metric);

/** @param {any} experiment @returns {Results} */
export function useResults(experiment) {
  const [state, setState] = useState(/** @type {any} */ ({ exposures: null, exposureError: "", answers: {}, isServed: true, started: 0, finished: 0 }));
  const run = useRef(0);
  const metrics = [...metricsOf(experiment, "primary"), ...metricsOf(experiment, "secondary")];
  const key = `${experiment.id} ${experiment.start_date} ${experiment.end_date} ${JSON.stringify([experiment.stats_config, experiment.exposure_criteria])} ${metrics.map((one) => one.fingerprint ?? idOf(one)).join()}`;

  const put = (/** @type {any} */ metric, /** @type {Answer} */ answer) =>
    setState((/** @type {any} */ old) => ({ ...old, answers: { ...old.answers, [idOf(metric)]: answer } }));
  const askOne = async (/** @type {any} */ metric, /** @type {string} */ refresh, /** @type {number} */ turn) => {
    const answer = await answerTo(metricQuery(experiment, metric), refresh);
    if (turn === run.current) put(metric, answer);
  };
  const ask = useCallback(async (/** @type {string} */ refresh) => {
    const turn = ++run.current;
    setState((/** @type {any} */ old) => ({ ...old, started: Date.now(), finished: 0 }));
    const seen = await answerTo(exposureQuery(experiment), refresh);
    if (turn !== run.current) return;
    const isServed = seen.error !== "not served";
    setState((/** @type {any} */ old) => ({ ...old, isServed, exposures: seen.result ?? old.exposures, exposureError: isServed ? seen.error : "" }));
    const queue = isServed ? [...metrics] : [];
    const work = async () => {
      for (let next = queue.shift(); next && turn === run.current; next = queue.shift()) await askOne(next, refresh, turn);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (turn === run.current) setState((/** @type {any} */ old) => ({ ...old, finished: Date.now() }));
  }, [key]);
  useEffect(() => {
    if (experiment.start_date) ask("blocking");
    return () => void (run.current += 1);
  }, [ask]);

  const answers = state.answers;
  const done = metrics.filter((metric) => answers[idOf(metric)] && answers[idOf(metric)].status !== "waiting").length;
  return {
    ...state, done, total: metrics.length, isBusy: state.started > 0 && !state.finished, seconds: Math.round((Date.now() - state.started) / 1000),
    recalculate: () => ask("force_blocking"),
    retry: (metric) => {
      put(metric, { status: "waiting", result: null, error: "" });
      askOne(metric, "force_blocking", run.current);
    },
  };
}

/** @param {any} query @param {string} refresh @returns {Promise<Answer>} */
async function answerTo(query, refresh) {
  try {
    return { status: "done", result: await change("POST", P("query/"), { query, refresh }), error: "" };
  } catch (error) {
    const isMissing = error instanceof Refusal && error.status === 404;
    return { status: "failed", result: null, error: isMissing ? "not served" : error instanceof Error ? error.message : String(error) };
  }
}
