// Results of an experiment: all of them at once, and the run that computes them anew.
import { useEffect, useState } from "../../html.js";
import { Refusal, change, read } from "../../api.js";
import { P } from "../../session.js";
import { exposureQuery, metricQuery } from "../../domain/queries.js";
import { shippedVariant } from "../../domain/status.js";
import { messageOf, say } from "../toast.js";
import { useRead } from "../use_read.js";

/** @typedef {{ status: "waiting" | "done" | "failed", result: any, error: string }} Answer */
/** @typedef {{ total: number, done: number, seconds: number }} Progress how far a run is */

const WAITING = /** @type {Answer} */ ({ status: "waiting", result: null, error: "" });
// Seconds between two looks at a run.
const PACE = [1, 2, 5];

/** @param {Experiment} experiment */
export const resultsPath = (experiment) => P(`experiments/${experiment.id}/results/`);

/** @param {any} metric @returns {string} */
export const idOf = (metric) => metric.uuid ?? metric.name;

/** @param {any} one of the overview @returns {Answer} */
const answerOf = (one) => (one.result ? { status: "done", result: one.result, error: "" } : { status: "failed", result: null, error: one.error?.detail ?? "" });

/** @param {Experiment} experiment */
export function useResults(experiment) {
  const reading = useRead(resultsPath(experiment));
  const [changed, setChanged] = useState(/** @type {Record<string, Answer>} */ ({}));
  const put = (/** @type {string} */ id, /** @type {Answer} */ answer) => setChanged((old) => ({ ...old, [id]: answer }));
  const reload = async () => {
    await reading.reload();
    setChanged({});
  };
  const run = useRun(experiment, put, reload);
  // What was asked may have changed: metrics, method, dates, whether it is paused.
  useEffect(() => void (reading.data && reload()), [experiment.updated_at, experiment.feature_flag?.active, experiment.end_date]);
  const known = Object.fromEntries((reading.data?.metrics ?? []).map((/** @type {any} */ one) => [idOf(one), answerOf(one)]));
  const retry = async (/** @type {any} */ metric) => {
    put(idOf(metric), WAITING);
    try {
      put(idOf(metric), { ...WAITING, status: "done", result: await change("POST", P("query/"), { query: metricQuery(experiment, metric), refresh: "force_blocking" }) });
    } catch (error) {
      put(idOf(metric), { ...WAITING, status: "failed", error: messageOf(error) });
    }
  };
  const exposures = usePlanned(experiment) ?? reading.data?.exposures;
  return { ...run, reading, exposures, overview: reading.data, at: reading.data?.computed_at, answers: /** @type {Record<string, Answer>} */ ({ ...known, ...changed }), retry };
}

/** @typedef {ReturnType<typeof useResults>} Results */

/** The exposures of what is shipped, compared with the split before that; null for all others. @param {Experiment} experiment */
export function usePlanned(experiment) {
  const [found, setFound] = useState(/** @type {any} */ (null));
  const shipped = shippedVariant(experiment);
  useEffect(() => {
    if (shipped) change("POST", P("query/"), { query: exposureQuery(experiment), refresh: "blocking" }).then(setFound, () => {});
  }, [experiment.id, shipped]);
  return shipped ? found : null;
}

/**
 * The run that computes all metrics anew, followed to its end, also after a reload.
 * @param {Experiment} experiment @param {(id: string, answer: Answer) => void} put @param {() => Promise<void>} reload
 */
function useRun(experiment, put, reload) {
  const path = P(`experiments/${experiment.id}/metrics_recalculation/`);
  const [run, setRun] = useState(/** @type {any} */ (null));
  const [looks, setLooks] = useState(0);
  const follow = (/** @type {any} */ found) => {
    sessionStorage.setItem(path, found.id);
    setLooks(0);
    setRun(found);
  };
  useEffect(() => {
    const id = sessionStorage.getItem(path);
    if (id) read(`${path}${id}/`).then((found) => isActive(found) && follow(found), () => {});
  }, [path]);
  useEffect(() => {
    if (!run) return undefined;
    const look = async () => {
      const now = await read(`${path}${run.id}/`).catch(() => ({ ...run, results: [] }));
      for (const one of now.results) if (one.status === "completed") put(one.metric_uuid, { ...WAITING, status: "done", result: one.result });
      if (isActive(now)) return setRun(now);
      sessionStorage.removeItem(path);
      await reload();
      setRun(null);
    };
    const timer = setTimeout(() => look().then(() => setLooks(looks + 1)), PACE[Math.min(looks, PACE.length - 1)] * 1000);
    return () => clearTimeout(timer);
  }, [run?.id, looks]);
  const recalculate = async () => {
    try {
      const begun = await change("POST", path, {});
      if (isActive(begun)) return follow(begun);
    } catch (error) {
      // Who may only look still gets what is new.
      if (!(error instanceof Refusal) || error.status !== 403) return say(messageOf(error));
    }
    await reload();
    say("These are the newest numbers.");
  };
  const progress = run && { total: run.total_metrics, done: run.completed_metrics + run.failed_metrics, seconds: Math.max(0, Math.round((Date.now() - Date.parse(run.created_at)) / 1000)) };
  return { progress: /** @type {Progress | null} */ (progress), recalculate };
}

/** @param {Recalculation} run */
const isActive = ({ status }) => status === "pending" || status === "in_progress";
