// Numbers, dates and times as people read them.
export const MINUS = "\u2212";
const THIN = "\u202f";
const language = typeof navigator === "undefined" ? "en" : navigator.language;

// What is beyond counting is told by its size.
const sized = new Intl.NumberFormat(language, { notation: "scientific", maximumSignificantDigits: 3 });
const HUGE = 1e15;
const TINY = 1e-6;
const grouped = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });

/** @param {number | null | undefined} value */
export const count = (value) => (value === null || value === undefined ? "–" : Math.abs(value) < HUGE ? grouped.format(value) : sized.format(value));

/** @param {number} value @param {number} digits */
const fixed = (value, digits) =>
  (Math.abs(value) < HUGE ? new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }) : sized).format(Math.abs(value));

/** @param {number} value @param {number} digits */
const signed = (value, digits) => `${Number(Math.abs(value).toFixed(digits)) === 0 ? "" : value < 0 ? MINUS : "+"}${fixed(value, digits)}${THIN}`;

/** A change with its sign: "+8.3 %"; from 1000 % "×11.4". @param {number} ratio 0.083 for 8.3 % */
export function changeText(ratio) {
  if (ratio >= 10) return `×${fixed(ratio + 1, 1)}`;
  return `${signed(ratio * 100, 1)}%`;
}

/** @param {[number, number]} interval @param {(value: number) => string} [text] */
export const intervalText = ([low, high], text = changeText) => `${text(low)} to ${text(high)}`;

/** A proportion: "8.33 %". @param {number} ratio */
export const percentText = (ratio, digits = 2) => `${ratio < 0 ? MINUS : ""}${fixed(ratio * 100, digits)}${THIN}%`;

/** Three significant digits. @param {number} value */
export const meanText = (value) =>
  (value < 0 ? MINUS : "") +
  (value && (Math.abs(value) < TINY || Math.abs(value) >= HUGE) ? sized : new Intl.NumberFormat(language, {
    minimumSignificantDigits: 3, maximumSignificantDigits: Math.max(3, Math.ceil(Math.log10(Math.abs(value) + 1))),
  })).format(Math.abs(value));

/** A sum or a share: whole numbers as they are, others shortened. @param {number | null | undefined} value */
export const amount = (value) => (Number.isInteger(value ?? 0) ? count(value) : meanText(Number(value)));

/** An absolute difference, in the unit of the metric. @param {number} value */
export const differenceText = (value) => (value > 0 ? "+" : "") + meanText(value);

/** An absolute difference of proportions, in percentage points: "+0.69 pp". @param {number} value */
export const pointsText = (value) => `${signed(value * 100, 2)}pp`;

/** The chance to win, as the goal means it. @param {number} chance that the value is higher @param {boolean} isDecrease */
export function chanceText(chance, isDecrease) {
  const wins = isDecrease ? 1 - chance : chance;
  if (wins > 0.999) return `> ${fixed(99.9, 1)}${THIN}%`;
  if (wins < 0.001) return `< ${fixed(0.1, 1)}${THIN}%`;
  return percentText(wins, 1);
}

/** @param {number | null | undefined} p */
export function pText(p) {
  if (p === null || p === undefined) return "–";
  return p < 0.001 ? `< ${fixed(0.001, 3)}` : fixed(p, 3);
}

/** @param {string | null | undefined} iso @param {string} zone */
export const dateText = (iso, zone) =>
  iso ? new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric", timeZone: zone }).format(new Date(iso)) : "–";

/** @param {string | null | undefined} iso @param {string} zone */
export const timeText = (iso, zone) =>
  iso
    ? new Intl.DateTimeFormat(language, {
        day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: zone,
      }).format(new Date(iso))
    : "–";

/** "12:04". @param {string | number} iso @param {string} zone */
export const clockText = (iso, zone) => new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(new Date(iso));

/** For tooltips: UTC, and the reader's own time. @param {string} iso */
export const bothTimes = (iso) => `${new Date(iso).toISOString().slice(0, 19).replace("T", " ")} UTC, ${new Date(iso).toLocaleString()} here`;

/** "Berlin" of "Europe/Berlin". @param {string} zone */
export const placeOf = (zone) => zone.split("/").at(-1)?.replaceAll("_", " ") ?? zone;

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [["year", 31_536_000], ["month", 2_592_000], ["day", 86_400], ["hour", 3_600], ["minute", 60]];

/** "3 days ago". @param {string} iso @param {number} now milliseconds */
export function agoText(iso, now) {
  const seconds = (Date.parse(iso) - now) / 1000;
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return "just now";
}

/** @param {number} number @param {string} one @param {string} [many] */
export const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

/** Two letters or one for somebody. @param {string} name */
export const initials = (name) => name.split(/[\s@.]+/).filter(Boolean).slice(0, 2).map((part) => part[0]?.toUpperCase()).join("");

/** A key made of a name: what flags accept. @param {string} name */
export const keyFrom = (name) =>
  name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 80);

/** Tags between commas, as they are kept. @param {string} text */
export const tagsOf = (text) => [...new Set(text.split(",").map((tag) => tag.trim().toLowerCase()).filter(Boolean))].sort();

/** A moment as <input type=datetime-local> takes it. @param {string | number} iso @param {string} zone */
export const inputTime = (iso, zone) => (iso ? new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: zone }).format(new Date(iso)).replace(" ", "T").padStart(16, "0") : "");

/** @param {string} text @param {string} zone */
export function isoOfInput(text, zone) {
  if (!text) return "";
  const wanted = Date.parse(`${text}Z`);
  // Twice, since the clock may be put forward or back in between.
  let at = wanted;
  for (let turn = 0; turn < 2; turn += 1) at += wanted - Date.parse(`${inputTime(at, zone)}Z`);
  return Number.isFinite(at) ? new Date(at).toISOString() : "";
}
