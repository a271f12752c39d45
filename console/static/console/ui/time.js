// A moment, in the project's time zone; the tooltip has UTC and the reader's own time.
import { html, onValue, useState } from "../html.js";
import { agoText, bothTimes, dateText, inputTime, isoOfInput, placeOf, timeText } from "../domain/format.js";
import { timeZone } from "../session.js";

/** @param {{ at: string | null | undefined, only?: "date", zone?: boolean }} props */
export const Time = ({ at, only, zone }) =>
  at
    ? html`<time dateTime=${at} title=${bothTimes(at)}>${(only ? dateText : timeText)(at, timeZone.value)}${
        zone ? html` <span class="small">${placeOf(timeZone.value)}</span>` : ""}</time>`
    : "–";

/** @param {{ at: string }} props */
export const Ago = ({ at }) => html`<time dateTime=${at} title=${`${timeText(at, timeZone.value)}, ${placeOf(timeZone.value)}`}>${agoText(at, Date.now())}</time>`;

/**
 * A moment to enter: what is typed, such as the first digits of a year, stays as long as it is the moment that is kept.
 * @param {{ value: string, onChange: (iso: string) => void, [attribute: string]: any }} props
 */
export function TimeInput({ value, onChange, ...rest }) {
  const [typed, setTyped] = useState("");
  const type = (/** @type {string} */ text) => {
    setTyped(text);
    onChange(isoOfInput(text, timeZone.value));
  };
  return html`<input type="datetime-local" ...${rest} value=${isoOfInput(typed, timeZone.value) === value ? typed : inputTime(value, timeZone.value)} onInput=${onValue(type)} />`;
}
