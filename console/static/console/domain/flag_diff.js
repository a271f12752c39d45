// What a change of a flag means, in sentences.
import { flagVariants, groupText, shareOf } from "./flag_text.js";

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

/** What must be right before saving; empty when all is. @param {any} filters */
export function flagProblem(filters) {
  const variants = filters.multivariate?.variants ?? [];
  if (variants.length) {
    const sum = variants.reduce((/** @type {number} */ total, /** @type {any} */ one) => total + Number(one.rollout_percentage || 0), 0);
    if (Math.abs(sum - 100) > 0.01) return `The shares of the variants add up to ${Number(sum.toFixed(2))} %, not 100.`;
    const keys = variants.map((/** @type {any} */ one) => one.key);
    if (keys.some((/** @type {string} */ key) => !key)) return "Every variant needs a key.";
    if (new Set(keys).size < keys.length) return "Two variants have the same key.";
  }
  const empty = (filters.groups ?? []).some((/** @type {any} */ group) => (group.properties ?? []).some((/** @type {any} */ one) => !one.key));
  return empty ? "Every condition needs a property." : "";
}

/** Whole percents that add up to 100. @param {number} many @returns {number[]} */
export function evenShares(many) {
  const base = Math.floor(100 / many);
  return Array.from({ length: many }, (_, at) => base + (at < 100 - base * many ? 1 : 0));
}
