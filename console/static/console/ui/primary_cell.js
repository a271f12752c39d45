// The first primary metric of an experiment in a list: its name, and what is known of it without calculating.
import { html, useEffect, useRef, useState } from "../html.js";
import { change } from "../api.js";
import { P } from "../session.js";
import { changeText } from "../domain/format.js";
import { metricName } from "../domain/metric_text.js";
import { capital, reading } from "../domain/reading.js";
import { isAside } from "../domain/verdict.js";

const AT_ONCE = 4;
/** @type {(() => Promise<void>)[]} */
const waiting = [];
let running = 0;

function next() {
  if (running >= AT_ONCE) return;
  const work = waiting.shift();
  if (!work) return;
  running += 1;
  work().finally(() => {
    running -= 1;
    next();
  });
}

// The clearest reading of all variants, the good ones first.
const RANK = ["better", "worse", "likely better", "likely worse", "no clear difference", "not enough data", "not computable"];

/** @param {any} metric @param {any} result */
function clearest(metric, result) {
  const readings = (result?.variant_results ?? []).filter((/** @type {any} */ { key }) => !isAside(key)).map((/** @type {any} */ one) => reading(metric, result.baseline, one));
  return readings.sort((/** @type {any} */ a, /** @type {any} */ b) => RANK.indexOf(a.word) - RANK.indexOf(b.word))[0] ?? null;
}

/** @param {{ experiment: any, metric: any }} props */
export function PrimaryCell({ experiment, metric }) {
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  const [said, setSaid] = useState(/** @type {import("../domain/reading.js").Reading | null} */ (null));
  const isStarted = Boolean(experiment.start_date) && metric;
  useEffect(() => {
    if (!isStarted || !element.current) return undefined;
    const { savedMetricId: _saved, ...document } = metric;
    const body = { query: { kind: "ExperimentQuery", experiment_id: experiment.id, metric: document }, refresh: "force_cache" };
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      seen.disconnect();
      waiting.push(() => change("POST", P("query/"), body).then((result) => setSaid(clearest(metric, result)), () => {}));
      next();
    });
    seen.observe(element.current);
    return () => seen.disconnect();
  }, [experiment.id, metric?.uuid, experiment.updated_at]);
  if (!metric) return html`<span>–</span>`;
  const tone = said?.tone ?? "none";
  return html`<span ref=${element} class="two-lines" dir="auto">${metricName(metric)}</span>
    ${said?.interval && html`<span class=${`small lift ${tone}`}>${(said.middle ?? 0) > 0 ? "▲" : "▼"} ${changeText(said.middle ?? 0)} ${capital(said.word)}</span>`}
    ${said && !said.interval && html`<span class="small">${capital(said.word)}</span>`}`;
}
