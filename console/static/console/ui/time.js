// A moment, in the project's time zone; the tooltip has UTC and the reader's own time.
import { html } from "../html.js";
import { agoText, bothTimes, dateText, placeOf, timeText } from "../domain/format.js";
import { timeZone } from "../session.js";

/** @param {{ at: string | null | undefined, only?: "date", zone?: boolean }} props */
export const Time = ({ at, only, zone }) =>
  at
    ? html`<time dateTime=${at} title=${bothTimes(at)}>${(only ? dateText : timeText)(at, timeZone.value)}${
        zone ? html` <span class="small">${placeOf(timeZone.value)}</span>` : ""}</time>`
    : "–";

/** @param {{ at: string }} props */
export const Ago = ({ at }) => html`<time dateTime=${at} title=${`${timeText(at, timeZone.value)}, ${placeOf(timeZone.value)}`}>${agoText(at, Date.now())}</time>`;
