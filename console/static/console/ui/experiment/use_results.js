// Results of an experiment: all of them at once, and the run that computes them anew.
import { useEffect, useRef, useState } from "../../html.js";
import { Refusal, change, compute, read } from "../../api.js";
import { P } from "../../session.js";
import { exposureQuery, metricQuery } from "../../domain/queries.js";
import { metricsOf, wholeVariant } from "../../domain/status.js";
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

/** The metrics as they are defined, by id. @param {Experiment} experiment @returns {Record<string, string>} */
const definitionsOf = (experiment) => Object.fromEntries([...metricsOf(experiment, "primary"), ...metricsOf(experiment, "secondary")].map((metric) => [idOf(metric), JSON.stringify(metric)]));

/** @param {Experiment} experiment */
export function useResults(experiment) {
  const reading = useRead(resultsPath(experiment));
  const [changed, setChanged] = useState(/** @type {Record<string, Answer>} */ ({}));
  const put = (/** @type {string} */ id, /** @type {Answer} */ answer) => setChanged((old) => ({ ...old, [id]: answer }));
  // What the numbers are of; those of a metric that is defined anew are not shown.
  const definitions = definitionsOf(experiment);
  const [shown, setShown] = useState(definitions);
  const latest = useRef(definitions);
  latest.current = definitions;
  const reload = async () => {
    const asked = latest.current;
    const isRead = await reading.reload();
    if (isRead) {
      setChanged({});
      setShown(asked);
    }
    return isRead;
  };
  const run = useRun(experiment, put, reload);
  // What was asked may have changed: metrics, method, dates, whether it is paused.
  useEffect(() => void (reading.data && reload()), [experiment.updated_at, experiment.feature_flag?.active, experiment.end_date]);
  const known = Object.fromEntries((reading.data?.metrics ?? []).map((/** @type {any} */ one) => [idOf(one), answerOf(one)]));
  const retry = async (/** @type {any} */ metric) => {
    put(idOf(metric), WAITING);
    try {
      put(idOf(metric), { ...WAITING, status: "done", result: await compute(P("query/"), { query: metricQuery(experiment, metric), refresh: "force_blocking" }) });
    } catch (error) {
      put(idOf(metric), { ...WAITING, status: "failed", error: messageOf(error) });
    }
  };
  const exposures = usePlanned(experiment) ?? reading.data?.exposures;
  const old = Object.keys(definitions).filter((id) => shown[id] !== definitions[id]).map((id) => [id, WAITING]);
  return { ...run, reading, exposures, overview: reading.data, at: reading.data?.computed_at, answers: /** @type {Record<string, Answer>} */ ({ ...known, ...changed, ...Object.fromEntries(old) }), retry };
}

/** @typedef {ReturnType<typeof useResults>} Results */

/** The exposures of what is shipped, compared with the split before that; null for all others. @param {Experiment} experiment */
export function usePlanned(experiment) {
  const [found, setFound] = useState(/** @type {any} */ (null));
  const shipped = wholeVariant(experiment);
  useEffect(() => {
    if (shipped) compute(P("query/"), { query: exposureQuery(experiment), refresh: "blocking" }).then(setFound, () => {});
  }, [experiment.id, shipped]);
  return shipped ? found : null;
}

/**
 * The run that computes all metrics anew, followed to its end, whoever began it.
 * @param {Experiment} experiment @param {(id: string, answer: Answer) => void} put @param {() => Promise<boolean>} reload
 */
function useRun(experiment, put, reload) {
  const path = P(`experiments/${experiment.id}/metrics_recalculation/`);
  const [run, setRun] = useState(/** @type {any} */ (null));
  const [looks, setLooks] = useState(0);
  const follow = (/** @type {any} */ found) => {
    setLooks(0);
    setRun(found);
  };
  useEffect(() => {
    read(`${path}latest/`).then(({ active_run: found }) => found && follow(found), () => {});
  }, [path]);
  useEffect(() => {
    if (!run) return undefined;
    const look = async () => {
      const now = await read(`${path}${run.id}/`).catch((error) => ({ ...run, results: [], ...(error.status === 404 && { status: "gone" }) }));
      for (const one of now.results) if (one.status === "completed") put(one.metric_uuid, { ...WAITING, status: "done", result: one.result });
      if (isActive(now)) return setRun(now);
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
    if (await reload()) say("These are the newest numbers.");
    else say("The server does not answer: these are the numbers from before.");
  };
  const progress = run && { total: run.total_metrics, done: run.completed_metrics + run.failed_metrics, seconds: Math.max(0, Math.round((Date.now() - Date.parse(run.created_at)) / 1000)) };
  return { progress: /** @type {Progress | null} */ (progress), recalculate };
}

/** Whether there is more to come. @param {{ status?: string | null }} run */
export const isActive = ({ status }) => status === "pending" || status === "in_progress";
