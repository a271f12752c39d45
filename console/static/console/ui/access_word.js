// Levels of members of an organization, in words.

export const LEVELS = /** @type {[number, string][]} */ ([[1, "Member"], [8, "Admin"], [15, "Owner"]]);

/** @param {number} level */
export const levelText = (level) => LEVELS.find(([value]) => value === level)?.[1] ?? String(level);
