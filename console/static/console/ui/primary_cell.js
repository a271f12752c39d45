// The first primary metric of an experiment in a list, and its clearest reading; computed for rows that are seen.
import { html, useEffect, useRef, useState } from "../html.js";
import { compute } from "../api.js";
import { P } from "../session.js";
import { metricName } from "../domain/metric_text.js";
import { isSplitOff } from "../domain/exposures.js";
import { exposureQuery, metricQuery } from "../domain/queries.js";
import { arrowOf, capital, clearest, isAbsolute, writerOf } from "../domain/reading.js";

const AT_ONCE = 2;
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

/** @param {{ experiment: Experiment, metric: any }} props */
export function PrimaryCell({ experiment, metric }) {
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  const [said, setSaid] = useState(/** @type {import("../domain/reading.js").Reading | null} */ (null));
  const isStarted = Boolean(experiment.start_date) && metric;
  useEffect(() => {
    if (!isStarted || !element.current) return undefined;
    const asked = [exposureQuery(experiment), metricQuery(experiment, metric)].map((query) => ({ query, refresh: "blocking" }));
    const work = () => Promise.all(asked.map((body) => compute(P("query/"), body))).then(([exposures, result]) => setSaid(clearest(metric, result, isSplitOff(exposures)) ?? null), () => {});
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      seen.disconnect();
      waiting.push(work);
      next();
    });
    seen.observe(element.current);
    return () => {
      seen.disconnect();
      // A row that is gone needs nothing any more.
      if (waiting.includes(work)) waiting.splice(waiting.indexOf(work), 1);
    };
  }, [experiment.id, metric?.uuid, experiment.updated_at]);
  if (!metric) return html`<span>–</span>`;
  const tone = said?.tone ?? "none";
  return html`<span ref=${element} class="two-lines" dir="auto">${metricName(metric)}</span>
    ${said?.interval && html`<span class=${`small lift ${tone}`}>${arrowOf(said)} ${writerOf(isAbsolute(experiment), metric)(said.middle ?? 0)} ${capital(said.word)}</span>`}
    ${said && !said.interval && html`<span class="small">${capital(said.word)}</span>`}`;
}
