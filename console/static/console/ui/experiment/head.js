// What is true of an experiment on all its tabs: state, flag, dates, and what can be done now.
import { html } from "../../html.js";
import { P, mayEdit, mayMake, me, nameOf, page } from "../../session.js";
import { isFrozen, shippedVariant, stateOf } from "../../domain/status.js";
import { CopyCode, showCurl } from "../copy.js";
import { archiveWithUndo, duplicate } from "../experiment_steps.js";
import { Icon } from "../icon.js";
import { Menu } from "../menu.js";
import { State, Waiting } from "../state.js";
import { Time } from "../time.js";
import { useRead } from "../use_read.js";
import { copyElsewhere, end, freeze, launch, otherProjects, pause, remove, reset, resume, ship, unfreeze } from "./steps.js";

/** @param {Experiment} experiment @returns {number} */
export const levelOf = ({ stats_config: config }) => Number((config?.method === "frequentist" ? 1 - (config.frequentist?.alpha ?? 0.05) : config?.bayesian?.ci_level ?? 0.95).toFixed(6));

/** @param {Experiment} experiment */
export const methodText = (experiment) => {
  const isFrequentist = experiment.stats_config?.method === "frequentist";
  return `${isFrequentist ? "Frequentist" : "Bayesian"}, ${Number((levelOf(experiment) * 100).toFixed(2))} %`;
};

/** @param {{ experiment: Experiment, etag: string | null, reload: () => void, pending: any[] }} props */
export function Head({ experiment, etag, reload, pending }) {
  const state = stateOf(experiment);
  const subject = { experiment, etag };
  return html`<header class="head">
    <div class="row"><h1 dir="auto">${experiment.name}</h1>${mayEdit(experiment)
      ? html`<${Actions} state=${state} subject=${subject} reload=${reload} />`
      : html`<span class="pill" title="You may look at this, not change it.">view only</span>`}</div>
    ${experiment.description && html`<p class="hypothesis" dir="auto">${experiment.description}</p>`}
    <div class="meta"><${State} experiment=${experiment} />${isFrozen(experiment) && html`<span class="pill" title="Whoever was exposed stays.">nobody new</span>`}${pending.length > 0 && html`<${Waiting} href=${page(`change_requests/${pending[0].id}`)} />`}
      <span>Flag <${CopyCode} text=${experiment.feature_flag_key} /></span>
      <${Dates} experiment=${experiment} />
      <span>${methodText(experiment)}</span>
      ${experiment.holdout && html`<span>Holdout <a href=${page(`holdouts/${experiment.holdout.id}`)}><bdi>${experiment.holdout.name}</bdi></a>: ${experiment.holdout.filters?.[0]?.rollout_percentage ?? 0} % never see it</span>`}
      <span>By <bdi>${experiment.created_by?.id === me.value.id ? "you" : nameOf(experiment.created_by)}</bdi></span></div>
  </header>`;
}

/** @param {{ experiment: Experiment }} props */
function Dates({ experiment }) {
  const launchAt = experiment.scheduling_config?.launch_at;
  if (!experiment.start_date) return launchAt ? html`<span>Launches <${Time} at=${launchAt} zone /></span>` : html`<span>Not started</span>`;
  const shipped = shippedVariant(experiment);
  return html`<span>Started <${Time} at=${experiment.start_date} zone /></span>
    ${experiment.end_date && html`<span>Ended <${Time} at=${experiment.end_date} /></span>`}
    ${stateOf(experiment) === "paused" && html`<${PausedSince} flag=${experiment.feature_flag?.id} />`}
    ${shipped && html`<span>Everybody gets <b>${shipped}</b></span>`}`;
}

/** @param {{ flag: number | undefined }} props */
function PausedSince({ flag }) {
  const reading = useRead(P(`feature_flags/${flag}/activity/?limit=100`));
  const isOff = (/** @type {any} */ { field, after }) => field === "active" && after === false;
  const switched = reading.data?.results.find((/** @type {any} */ { detail }) => detail?.changes?.some(isOff));
  return switched ? html`<span>Nobody new since <${Time} at=${switched.created_at} only="date" /></span>` : null;
}

/** @param {{ state: string, subject: any, reload: () => void }} props */
function Actions({ state, subject, reload }) {
  const { experiment } = subject;
  const on = (/** @type {any} */ step) => () => step(subject, reload);
  const isOver = state === "stopped" || state === "shipped";
  return html`<div class="actions">
    ${state === "running" && html`<button type="button" onClick=${on(pause)}><${Icon} name="pause" />Pause</button>`}
    ${state === "paused" && html`<button type="button" onClick=${on(resume)}><${Icon} name="play" />Resume</button>`}
    ${(state === "running" || state === "paused") && html`<button type="button" onClick=${on(end)}>End…</button>`}
    ${(state === "running" || state === "paused" || state === "stopped") && html`<button type="button" class="primary" onClick=${on(ship)}>Ship a variant…</button>`}
    ${(state === "draft" || state === "scheduled") && html`<button type="button" class="primary" onClick=${on(launch)}><${Icon} name="rocket" />Launch</button>`}
    <${Menu} label="More actions" items=${[
      state === "running" && !isFrozen(experiment) && { text: "Let nobody new in…", icon: "pause", run: on(freeze) },
      state === "running" && isFrozen(experiment) && { text: "Let new people in…", icon: "play", run: on(unfreeze) },
      mayMake("experiment") && { text: "Duplicate", icon: "copy", run: () => duplicate(experiment) },
      otherProjects().length > 0 && { text: "Copy to another project…", icon: "copy", run: () => copyElsewhere(experiment) },
      state === "shipped" && { text: "Ship another variant…", icon: "send", run: on(ship) },
      isOver && { text: "Archive", icon: "archive", run: () => archiveWithUndo(experiment, reload) },
      !["draft", "scheduled", "archived"].includes(state) && { text: "Reset to draft…", icon: "undo", run: on(reset) },
      { text: "Show as curl", icon: "terminal", run: () => showCurl("GET", P(`experiments/${experiment.id}/`)) },
      { text: "Print", icon: "print", run: () => print() },
      { text: "Delete", icon: "trash", danger: true, run: () => remove(experiment) },
    ]} /></div>`;
}
