// Nobody has been counted: what is awaited, and how to see whether it comes.
import { html } from "../../html.js";
import { P, page } from "../../session.js";
import { sourceText } from "../../domain/metric_text.js";
import { variantsOf } from "../../domain/status.js";
import { Icon } from "../icon.js";
import { Snippet } from "../snippet.js";
import { Ago } from "../time.js";
import { useRead } from "../use_read.js";

const HOUR = 3_600_000;

/** @param {{ experiment: Experiment }} props */
export function NoExposure({ experiment }) {
  const variants = variantsOf(experiment).map(({ key }) => key);
  const config = experiment.exposure_criteria?.exposure_config;
  const events = useRead(P("event_definitions/?limit=1&ordering=-last_seen_at"), 15).data?.results;
  const isLate = Date.now() - Date.parse(experiment.start_date ?? "") > HOUR;
  return html`<section class="panel"><header><h2>Waiting for the first exposure</h2><a class="button" href=${page(`feature_flags/${experiment.feature_flag?.id}/test`)}>Test a person</a></header>
    <div class="inside">${isLate && html`<p class="notice warn"><${Icon} name="alert" /><span>More than an hour has passed since the start. Is the code out that asks for the flag?</span></p>`}
      <p>SDKs send ${config ? html`<code>${sourceText(config)}</code> with <code>$feature/${experiment.feature_flag_key}</code>` : html`<code>$feature_flag_called</code> with <code>$feature_flag: ${experiment.feature_flag_key}</code>`}
        ${" "}when the code asks for the flag; the variant is one of ${variants.map((key, at) => html`${at > 0 && ", "}<code>${key}</code>`)}.</p>
      ${events && html`<p>${events[0]?.last_seen_at ? html`The last event of this project was <code>${events[0].name}</code>, <${Ago} at=${events[0].last_seen_at} />.` : "No event of any kind has arrived in this project yet."}</p>`}
      <${Snippet} flagKey=${experiment.feature_flag_key} variants=${variants} /></div></section>`;
}
