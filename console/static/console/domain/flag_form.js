// The form about a flag's filters: what belongs to a variant stays with it, whatever its key becomes.
import { listOf, WITHOUT_VALUE } from "./flag_text.js";

/** What payloads and conditions of a form know a variant by: the key that it had first. @param {any} variant @returns {string} */
export const idOf = (variant) => variant.$id ?? variant.key;

/** @param {any} variant @param {string} key */
export const renamed = (variant, key) => ({ ...variant, key, $id: idOf(variant) === key ? undefined : idOf(variant) });

/** The filters that a form means: what belonged to a variant that is gone is gone, too. @param {any} form */
export function filtersOf({ groups, multivariate, payloads, ...rest }) {
  const variants = multivariate?.variants ?? [];
  const keys = new Map(variants.length ? variants.map((/** @type {any} */ one) => [idOf(one), one.key]) : [["true", "true"]]);
  return {
    ...rest, ...(groups && { groups: groups.map((/** @type {any} */ one) => (one.variant ? { ...one, variant: keys.get(one.variant) ?? null } : one)) }),
    multivariate: variants.length ? { ...multivariate, variants: variants.map((/** @type {any} */ { $id: _id, ...variant }) => variant) } : multivariate,
    ...(payloads && { payloads: Object.fromEntries(Object.entries(payloads).filter(([id]) => keys.has(id)).map(([id, payload]) => [keys.get(id), payload])) }),
  };
}

const LISTS = new Set(["exact", "is_not", "icontains_multi", "not_icontains_multi", "between", "not_between"]);

/** @param {string} [operator] */
export const takesList = (operator = "exact") => LISTS.has(operator);

/** The same property by another operator, with a value that this one can mean. @param {any} one @param {string} operator */
export function withOperator(one, operator) {
  if (WITHOUT_VALUE.has(operator)) return { ...one, operator };
  const values = listOf(one.value);
  return { ...one, operator, value: takesList(operator) ? values : String(values[0] ?? "") };
}

/** Whether a number in it is not the one that the server sent: beyond 2^53 JavaScript rounds. @param {any} value @returns {boolean} */
export const isRounded = (value) => typeof value === "number" ? Number.isInteger(value) && !Number.isSafeInteger(value)
  : value !== null && typeof value === "object" && Object.values(value).some(isRounded);

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/** JSON, laid out; each text and number is spelled as it was. @param {string} text */
export function formatted(text) {
  JSON.parse(text);
  /** @type {string[]} */
  const tokens = [];
  const shape = text.replace(TOKEN, (token) => `"${tokens.push(token) - 1}"`);
  return JSON.stringify(JSON.parse(shape), null, 2).replace(/"(\d+)"/g, (_, at) => tokens[at]);
}
