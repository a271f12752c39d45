// Where the reader is: path and query as signals, links without a reload, a guard for unsaved work.
import { computed, signal } from "./html.js";

const here = () => location.pathname + location.search;

export const address = signal(here());
export const path = computed(() => address.value.split("?")[0].replace(/(.)\/$/, "$1"));
export const query = computed(() => new URLSearchParams(address.value.split("?")[1] ?? ""));

/** @type {Set<() => boolean>} each tells whether something would be lost */
const guards = new Set();
const WARNING = "Leave this page? What you typed is not saved.";

/** @param {() => boolean} isDirty @returns {() => void} takes the guard away */
export function guard(isDirty) {
  guards.add(isDirty);
  return () => guards.delete(isDirty);
}

// Where the page that is shown is among the entries of the browser's history.
let place = history.state?.place ?? 0;

const isDirty = () => [...guards].some((ask) => ask());

/** @param {string} to @param {{ replace?: boolean, force?: boolean }} [how] */
export function navigate(to, { replace = false, force = false } = {}) {
  const isSamePage = to.split("?")[0] === location.pathname;
  if (!force && !isSamePage && isDirty() && !confirm(WARNING)) return;
  if (!replace) place += 1;
  history[replace ? "replaceState" : "pushState"]({ place }, "", to);
  address.value = here();
  if (!isSamePage) scrollTo(0, 0);
}

/** Change some of the query; null takes a key away. @param {Record<string, string | null>} changes */
export function setQuery(changes, replace = true) {
  const next = new URLSearchParams(query.peek());
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === "") next.delete(key);
    else next.set(key, value);
  }
  const text = next.toString();
  navigate(location.pathname + (text ? `?${text}` : ""), { replace, force: true });
}

/** @param {MouseEvent} event */
function follow(event) {
  const link = /** @type {Element} */ (event.target).closest?.("a[href]");
  if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || link.target || link.hasAttribute("download")) return;
  if (link.origin !== location.origin || link.hash || !isOurs(link.pathname)) return;
  event.preventDefault();
  navigate(link.pathname + link.search);
}

/** @param {string} pathname */
const isOurs = (pathname) => pathname === "/" || /^\/(login|welcome|me|signup|organization|project)(\/|$)/.test(pathname);

/** The browser has gone back or forward already: who wants to stay is brought back. */
function arrive() {
  const to = history.state?.place ?? place + 1;
  const isSamePage = address.peek().split("?")[0] === location.pathname;
  if (!isSamePage && isDirty() && !confirm(WARNING)) return history.go(place - to);
  place = to;
  history.replaceState({ place }, "");
  address.value = here();
}

export function start() {
  document.addEventListener("click", follow);
  history.replaceState({ place }, "");
  addEventListener("popstate", arrive);
  addEventListener("beforeunload", (event) => {
    if (isDirty()) event.preventDefault();
  });
}
