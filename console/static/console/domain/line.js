// Lines and bands of charts as paths.

/** @param {[number, number][]} points */
export const linePath = (points) => points.map(([x, y], at) => `${at ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join(" ");

/** Between an upper and a lower line. @param {[number, number][]} upper @param {[number, number][]} lower */
export const bandPath = (upper, lower) => `${linePath(upper)} ${linePath([...lower].reverse()).replace(/^M/, "L")}Z`;

/** Labels at line ends, moved so that none covers another nor leaves the picture. @param {{ text: string, y: number }[]} labels @param {number} gap @param {number} bottom */
export function spread(labels, gap, bottom) {
  const sorted = labels.map((label, at) => ({ ...label, at })).sort((a, b) => a.y - b.y);
  for (let at = 1; at < sorted.length; at += 1) sorted[at].y = Math.max(sorted[at].y, sorted[at - 1].y + gap);
  for (let at = sorted.length - 1; at >= 0; at -= 1) sorted[at].y = Math.min(sorted[at].y, bottom - (sorted.length - 1 - at) * gap);
  return sorted.sort((a, b) => a.at - b.at);
}

/** @param {number} low @param {number} high @param {number} from @param {number} to */
export const scaleOf = (low, high, from, to) => (/** @type {number} */ value) => from + ((value - low) / (high - low || 1)) * (to - from);
