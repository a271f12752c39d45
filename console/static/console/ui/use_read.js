// Reading for a page: the first answer, later ones while the page is visible, and what went wrong.
import { useCallback, useEffect, useRef, useState } from "../html.js";
import { Refusal, call } from "../api.js";

/**
 * @typedef {{ data: any, etag: string | null, error: Refusal | null, isLoading: boolean, at: number,
 *   reload: () => Promise<boolean>, put: (data: any) => void }} Reading
 */

/**
 * Read a path, and again every so many seconds; a null path reads nothing. `reload` tells whether there was an answer.
 * @param {string | null} path @param {number} [every] seconds; 0 for once
 * @returns {Reading}
 */
export function useRead(path, every = 0) {
  const [state, setState] = useState(
    /** @type {any} */ ({ path: null, data: undefined, etag: null, error: null }),
  );
  const asked = useRef(0);
  // When the last answer came, whether one is awaited, and until when the server wants to be left alone.
  const told = useRef({ at: 0, isAwaited: false, quietUntil: 0 });
  const load = useCallback(async (/** @type {boolean} */ byItself) => {
    if (path === null) return false;
    const turn = ++asked.current;
    told.current.isAwaited = true;
    try {
      const answer = await call("GET", path, undefined, { byItself });
      if (turn !== asked.current) return false;
      told.current = { at: Date.now(), isAwaited: false, quietUntil: 0 };
      setState((/** @type {any} */ old) => {
        const isSame = old.path === path && old.etag && old.etag === answer.etag && !old.error;
        return isSame ? old : { path, data: answer.data, etag: answer.etag, error: null };
      });
      return true;
    } catch (error) {
      if (turn !== asked.current) return false;
      const { status, retryAfter } = error instanceof Refusal ? error : new Refusal(0, null);
      told.current = { ...told.current, isAwaited: false, quietUntil: Date.now() + retryAfter * 1000 };
      // What is gone or closed is not shown any longer; what cannot be asked for stays.
      setState((/** @type {any} */ old) => ({ ...(old.path === path && status !== 404 && status !== 403 ? old : { data: undefined, etag: null }), path, error }));
      return false;
    }
  }, [path]);

  useEffect(() => {
    load(false);
    if (!every) return undefined;
    const tick = () => {
      const { isAwaited, quietUntil } = told.current;
      if (document.visibilityState === "visible" && !isAwaited && Date.now() >= quietUntil) load(true);
    };
    const timer = setInterval(tick, every * 1000);
    document.addEventListener("visibilitychange", tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", tick);
    };
  }, [load, every]);

  useEffect(() => () => void (asked.current += 1), []);

  const isCurrent = state.path === path;
  return {
    data: isCurrent ? state.data : undefined,
    etag: isCurrent ? state.etag : null,
    error: isCurrent ? state.error : null,
    at: told.current.at,
    isLoading: path !== null && (!isCurrent || (state.data === undefined && !state.error)),
    reload: () => load(false),
    put: (data) => setState((/** @type {any} */ old) => ({ ...old, path, data, error: null })),
  };
}
