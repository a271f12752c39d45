// Reading for a page: the first answer, later ones while the page is visible, and what went wrong.
import { useCallback, useEffect, useRef, useState } from "../html.js";
import { Refusal, call } from "../api.js";

/**
 * @typedef {{ data: any, etag: string | null, error: Refusal | null, isLoading: boolean, at: number,
 *   reload: () => Promise<void>, put: (data: any) => void }} Reading
 */

/**
 * Read a path, and again every so many seconds; a null path reads nothing.
 * @param {string | null} path @param {number} [every] seconds; 0 for once
 * @returns {Reading}
 */
export function useRead(path, every = 0) {
  const [state, setState] = useState(
    /** @type {any} */ ({ path: null, data: undefined, etag: null, error: null, at: 0 }),
  );
  const asked = useRef(0);
  const reload = useCallback(async () => {
    if (path === null) return;
    const turn = ++asked.current;
    try {
      const answer = await call("GET", path);
      if (turn !== asked.current) return;
      setState((/** @type {any} */ old) => {
        const isSame = old.path === path && old.etag && old.etag === answer.etag && !old.error;
        return isSame ? old : { path, data: answer.data, etag: answer.etag, error: null, at: Date.now() };
      });
    } catch (error) {
      if (turn !== asked.current) return;
      setState((/** @type {any} */ old) => ({ ...(old.path === path ? old : { data: undefined, etag: null }), path, error }));
    }
  }, [path]);

  useEffect(() => {
    reload();
    if (!every) return undefined;
    const tick = () => document.visibilityState === "visible" && reload();
    const timer = setInterval(tick, every * 1000);
    document.addEventListener("visibilitychange", tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", tick);
    };
  }, [reload, every]);

  useEffect(() => () => void (asked.current += 1), []);

  const isCurrent = state.path === path;
  return {
    data: isCurrent ? state.data : undefined,
    etag: isCurrent ? state.etag : null,
    error: isCurrent ? state.error : null,
    at: state.at,
    isLoading: path !== null && (!isCurrent || (state.data === undefined && !state.error)),
    reload,
    put: (data) => setState((/** @type {any} */ old) => ({ ...old, path, data, error: null })),
  };
}
