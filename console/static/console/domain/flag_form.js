// A form about a flag: the filters that it means, what is wrong with them, and what a change means, in sentences.
import { flagVariants, groupText, listOf, shareOf, WITHOUT_VALUE } from "./flag_text.js";

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

/** @param {any} value */
const text = (value) => JSON.stringify(value ?? null);

/** @param {any} before @param {any} after flags, or parts of flags with `filters` @returns {string[]} */
export function flagDiff(before, after) {
  return [
    ...plain(before, after),
    ...variantChanges(flagVariants(before), flagVariants(after)),
    ...groupChanges(before.filters?.groups ?? [], after.filters?.groups ?? []),
    ...payloadChanges(before.filters?.payloads ?? {}, after.filters?.payloads ?? {}),
  ];
}

/** @param {any} before @param {any} after @returns {string[]} */
function plain(before, after) {
  const found = [];
  if (after.key !== undefined && before.key !== after.key) found.push(`key ${before.key} → ${after.key}`);
  if (after.name !== undefined && (before.name ?? "") !== (after.name ?? "")) found.push("description changed");
  if (after.active !== undefined && before.active !== after.active) found.push(after.active ? "off → on" : "on → off");
  if (after.tags !== undefined && text(before.tags ?? []) !== text(after.tags ?? [])) found.push(`tags → ${(after.tags ?? []).join(", ") || "none"}`);
  return found;
}

/** @param {any[]} before @param {any[]} after @returns {string[]} */
function variantChanges(before, after) {
  const old = new Map(before.map((variant) => [variant.key, variant]));
  const now = new Set(after.map(({ key }) => key));
  const changed = after.flatMap((variant) => {
    const was = old.get(variant.key);
    if (!was) return [`new variant ${variant.key} with ${variant.rollout_percentage} %`];
    const found = [];
    if (was.rollout_percentage !== variant.rollout_percentage) found.push(`${variant.key} ${was.rollout_percentage} → ${variant.rollout_percentage} %`);
    if ((was.name ?? "") !== (variant.name ?? "")) found.push(`${variant.key} described anew`);
    return found;
  });
  return [...changed, ...before.filter(({ key }) => !now.has(key)).map(({ key }) => `variant ${key} removed`)];
}

/** @param {any[]} before @param {any[]} after @returns {string[]} */
function groupChanges(before, after) {
  const found = [];
  for (let at = 0; at < Math.max(before.length, after.length); at += 1) {
    const [old, now] = [before[at], after[at]];
    if (!old) found.push(`new condition ${at + 1}: ${groupText(now)}, ${shareOf(now)} %`);
    else if (!now) found.push(`condition ${at + 1} removed: ${groupText(old)}`);
    else found.push(...groupChange(old, now, at + 1));
  }
  return found;
}

/** @param {any} old @param {any} now @param {number} number @returns {string[]} */
function groupChange(old, now, number) {
  const found = [];
  if (text(old.properties ?? []) !== text(now.properties ?? [])) found.push(`condition ${number}: ${groupText(old)} → ${groupText(now)}`);
  if (shareOf(old) !== shareOf(now)) found.push(`condition ${number} share ${shareOf(old)} → ${shareOf(now)} %`);
  if ((old.variant ?? null) !== (now.variant ?? null)) found.push(`condition ${number} serves ${now.variant ?? "as split"}`);
  return found;
}

/** @param {any} before @param {any} after @returns {string[]} */
function payloadChanges(before, after) {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.filter((key) => text(before[key]) !== text(after[key])).map((key) => `payload of ${key === "true" ? "the flag" : key} ${key in after ? "changed" : "removed"}`);
}

/** What is wrong with the variants; empty when nothing is. @param {any} filters */
export function variantProblem(filters) {
  const variants = filters.multivariate?.variants ?? [];
  if (variants.length) {
    const sum = variants.reduce((/** @type {number} */ total, /** @type {any} */ one) => total + Number(one.rollout_percentage || 0), 0);
    if (Math.abs(sum - 100) > 0.01) return `The shares of the variants add up to ${Number(sum.toFixed(2))} %, not 100.`;
    const keys = variants.map((/** @type {any} */ one) => one.key);
    if (keys.some((/** @type {string} */ key) => !key)) return "Every variant needs a key.";
    if (new Set(keys).size < keys.length) return "Two variants have the same key.";
  }
  return "";
}

/** What must be right before saving; empty when all is. @param {any} filters */
export function flagProblem(filters) {
  const empty = (filters.groups ?? []).some((/** @type {any} */ group) => (group.properties ?? []).some((/** @type {any} */ one) => !one.key));
  return variantProblem(filters) || (empty ? "Every condition needs a property." : "");
}

/** Whole percents that add up to 100. @param {number} many @returns {number[]} */
export function evenShares(many) {
  const base = Math.floor(100 / many);
  return Array.from({ length: many }, (_, at) => base + (at < 100 - base * many ? 1 : 0));
}
