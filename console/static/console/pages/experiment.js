// One experiment: its head, and the tab that is open.
import { html } from "../html.js";
import { P, page } from "../session.js";
import { metricsOf } from "../domain/status.js";
import { Head } from "../ui/experiment/head.js";
import { Pending } from "../ui/requests.js";
import { Lazy, Loaded, Stale } from "../ui/states.js";
import { Crumbs, Tabs } from "../ui/tabs.js";
import { useTitle } from "../ui/title.js";
import { useRead } from "../ui/use_read.js";
import { flagOf, useWaiting } from "../ui/waiting.js";

/** @type {Record<string, () => Promise<any>>} */
const TABS = {
  results: () => import("../ui/experiment/results.js"),
  exposures: () => import("../ui/experiment/exposures.js"),
  metrics: () => import("../ui/experiment/metrics.js"),
  flag: () => import("../ui/experiment/flag.js"),
  history: () => import("../ui/history.js"),
  settings: () => import("../ui/experiment/settings.js"),
};

/** @param {{ parts: string[] }} props */
export default function Experiment({ parts: [id, tab = "results"] }) {
  const path = P(`experiments/${id}/`);
  const reading = useRead(path, 15);
  const waiting = useWaiting(flagOf, 15);
  const experiment = reading.data;
  useTitle(experiment?.name);
  if (!experiment) return html`<${Loaded} reading=${reading} what=${`experiment ${id}`} back=${html`<a href=${page("experiments")}>To the experiments</a>`} />`;
  const reload = () => {
    reading.reload();
    waiting.reload();
  };
  const pending = waiting.about(experiment.feature_flag?.id);
  const count = metricsOf(experiment, "primary").length + metricsOf(experiment, "secondary").length;
  return html`<${Crumbs} to=${page("experiments")} up="Experiments">${experiment.name}</${Crumbs}>
    <${Head} experiment=${experiment} etag=${reading.etag} reload=${reload} pending=${pending} />
    <${Stale} reading=${reading} /><${Pending} requests=${pending} reload=${reload} />
    <${Tabs} label="Experiment" now=${tab} base=${page(`experiments/${id}`)} tabs=${[
      ["results", experiment.start_date ? "Results" : "Checklist"], ["exposures", "Exposures"], ["metrics", `Metrics ${count || ""}`], ["flag", "Flag"], ["history", "History"], ["settings", "Settings"],
    ]} />
    <${Lazy} load=${TABS[tab]} experiment=${experiment} etag=${reading.etag} reload=${reload} resource="experiments" id=${id} />`;
}
