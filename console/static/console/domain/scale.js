// One scale for all intervals of a page, that a wide one cannot squeeze.

const RADII = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2];
const HELD = 0.8;

/** The smallest radius that holds most ends of all intervals. @param {[number, number][]} intervals */
export function radiusOf(intervals) {
  const ends = intervals.flat().map(Math.abs).sort((a, b) => a - b);
  if (!ends.length) return 0.2;
  const wanted = ends[Math.max(0, Math.ceil(ends.length * HELD) - 1)];
  return RADII.find((radius) => radius >= wanted) ?? RADII[RADII.length - 1];
}

/** A radius for absolute differences, in the unit of one metric. @param {[number, number][]} intervals */
export function roundRadius(intervals) {
  const most = Math.max(...intervals.flat().map(Math.abs), Number.MIN_VALUE);
  const size = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((step) => step * size).find((radius) => radius >= most) ?? most;
}

/** How far beyond the radius a plot goes. */
export const EDGE = 1.12;

/** Where a value is on a plot that is 400 wide. @param {number} value @param {number} radius */
export const place = (value, radius) => 200 + (value / (radius * EDGE)) * 200;

/** What of an interval is on the plot. @param {[number, number]} interval @param {number} radius */
export function barOf([low, high], radius) {
  const edge = (/** @type {number} */ at) => Math.min(390, Math.max(10, at));
  const start = place(low, radius);
  const end = place(high, radius);
  return { x: edge(start), width: Math.max(2, edge(end) - edge(start)), goesOnLeft: start < 10, goesOnRight: end > 390, middle: edge((start + end) / 2) };
}

/** Round numbers from low to high, about so many. @param {number} low @param {number} high @param {number} about */
export function ticks(low, high, about = 5) {
  const span = high - low || 1;
  const size = 10 ** Math.floor(Math.log10(span / about));
  const step = ([1, 2, 5, 10].find((factor) => span / (factor * size) <= about) ?? 10) * size;
  const found = [];
  for (let at = Math.ceil(low / step) * step; at <= high + step / 1e6; at += step) found.push(Number(at.toPrecision(12)));
  return found;
}
