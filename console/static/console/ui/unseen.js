// Events that metrics name and nobody has sent yet: often a slip of the pen.
import { html } from "../html.js";
import { P } from "../session.js";
import { eventsOf } from "../domain/metric_text.js";
import { Icon } from "./icon.js";
import { useRead } from "./use_read.js";

/** Of metrics that are being chosen. @param {{ metrics: any[] }} props */
export function Unseen({ metrics }) {
  const names = [...new Set(metrics.flatMap(eventsOf))].sort().slice(0, 100);
  const asked = new URLSearchParams({ names: JSON.stringify(names), limit: "100" });
  const reading = useRead(names.length ? P(`event_definitions/?${asked}`) : null);
  if (!reading.data || !names.length) return null;
  const seen = new Set(reading.data.results.filter((/** @type {any} */ one) => one.last_seen_at).map((/** @type {any} */ one) => one.name));
  return html`<${UnseenEvents} names=${names.filter((name) => !seen.has(name))} />`;
}

/** @param {{ names: string[] }} props */
export const UnseenEvents = ({ names }) => names.length > 0 && html`<p class="notice warn"><${Icon} name="alert" /><span>No event ${[...new Set(names)].map((name, at) => html`${at > 0 && ", "}<code>${name}</code>`)} has arrived yet.
  Metrics count it from the first one on; is it spelled as your code sends it?</span></p>`;
