// What is typed into a form survives a reload, in this window only.
import { useEffect, useState } from "../html.js";

/**
 * @template T
 * @param {string} name @param {() => T} make
 * @returns {[T, (value: T | ((old: T) => T)) => void, () => void]} the value, its setter, and what forgets it
 */
export function useDraft(name, make) {
  const key = `draft ${name}`;
  const [value, setValue] = useState(() => {
    try {
      const kept = sessionStorage.getItem(key);
      return /** @type {T} */ (kept ? { ...make(), ...JSON.parse(kept) } : make());
    } catch {
      return make();
    }
  });
  useEffect(() => sessionStorage.setItem(key, JSON.stringify(value)), [value]);
  return [value, setValue, () => sessionStorage.removeItem(key)];
}
