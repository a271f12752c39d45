// Entries of a history: who did what, from what to what.
import { html } from "../html.js";
import { changesOf, fieldText, kindOf, nounOf, shortText, verbOf } from "../domain/activity.js";
import { page } from "../session.js";
import { Ago, Time } from "./time.js";

const PATHS = /** @type {Record<string, string>} */ ({
  Experiment: "experiments", FeatureFlag: "feature_flags", ExperimentHoldout: "holdouts", ExperimentSavedMetric: "saved_metrics",
});

/** @param {any} user */
const who = (user) => (user ? user.first_name || user.email : "The server");

/** @param {{ entries: ActivityEntry[], named?: boolean }} props `named` tells what each is about */
export const ActivityList = ({ entries, named }) => html`<ol class="activity">${entries.map((entry) => html`
  <li key=${entry.id}><p><b dir="auto" title=${entry.user?.email}>${who(entry.user)}</b> ${verbOf(entry)} ${named
    ? html`the ${nounOf(entry)} <${Subject} entry=${entry} />` : `the ${nounOf(entry)}`} <span class="small"><${Ago} at=${entry.created_at} />${
    entry.client ? html` · ${entry.client}` : ""}</span></p><${Changes} entry=${entry} /></li>`)}</ol>`;

/** @param {{ entry: ActivityEntry }} props */
function Subject({ entry }) {
  const name = entry.detail?.name || entry.item_id;
  const path = PATHS[kindOf(entry)];
  return path && entry.item_id && entry.activity !== "deleted"
    ? html`<a href=${page(`${path}/${entry.item_id}`)}><bdi>${name}</bdi></a>` : html`<bdi>${name}</bdi>`;
}

// Times are shown as everywhere else.
/** @param {any} value */
const moment = (value) => (typeof value === "string" && /^\d{4}-\d\d-\d\dT\d/.test(value) ? html`<${Time} at=${value} />` : null);

/** @param {{ entry: ActivityEntry }} props */
function Changes({ entry }) {
  const changes = entry.activity === "created" ? [] : changesOf(entry);
  if (!changes.length) return null;
  return html`<ul class="changes">${changes.map(({ field, before, after }) => {
    const [from, to] = [shortText(before), shortText(after)];
    return from !== null && to !== null
      ? html`<li>${fieldText(field)}: <span class="quiet" dir="auto">${moment(before) ?? from}</span> → <b dir="auto">${moment(after) ?? to}</b></li>`
      : html`<li><details><summary>${fieldText(field)} changed</summary><div class="before-after"><pre class="code wrap block" tabindex="0">${JSON.stringify(before, null, 1)}</pre>
          <pre class="code wrap block" tabindex="0">${JSON.stringify(after, null, 1)}</pre></div></details></li>`;
  })}</ul>`;
}
