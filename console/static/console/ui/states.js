// What stands where nothing can be shown yet, or at all.
import { Component, html, useEffect, useRef, useState } from "../html.js";
import { me, project, timeZone } from "../session.js";
import { clockText } from "../domain/format.js";
import { Icon } from "./icon.js";

/** @param {{ rows?: number, tall?: boolean }} props */
export const Skeleton = ({ rows = 6, tall }) => html`
  <div class=${`skeleton ${tall ? "tall" : ""}`} role="status" aria-label="Loading">
    ${Array.from({ length: rows }, () => html`<span></span>`)}</div>`;

/** @param {{ error: any, what?: string, back?: any, retry?: () => void }} props */
export function Failed({ error, what = "page", back, retry }) {
  const isMissing = error.status === 404;
  const isForbidden = error.status === 403;
  const title = isMissing ? `There is no ${what} ${project.value ? `in ${project.value.name}` : "here"}.` : isForbidden ? "You have no access to this." : "This could not be loaded.";
  const detail = isForbidden
    ? `Ask an admin of ${me.value?.organization?.name ?? "your organization"}.`
    : isMissing ? "It may have been deleted, or it is in another project." : error.message;
  return html`<div class="empty" role="alert">
    <${Icon} name=${isForbidden ? "lock" : "alert"} /><h2>${title}</h2><p>${detail}</p>
    ${back}${retry && !isMissing && !isForbidden && html`<${Again} error=${error} retry=${retry} />`}</div>`;
}

/** @param {{ title: string, children?: any, icon?: string }} props */
export const Empty = ({ title, children, icon = "flask" }) => html`
  <div class="empty"><${Icon} name=${icon} /><h2>${title}</h2>${children}</div>`;

/** What is shown is old, because the server does not answer. @param {{ reading: any }} props */
export const Stale = ({ reading }) =>
  reading.error?.isAway && reading.data !== undefined && html`
    <p class="notice warn" role="status"><${Icon} name="alert" /><span>The server does not answer. What you see is from
      ${" "}${clockText(reading.at, timeZone.value)}.</span>
      <${Again} error=${reading.error} retry=${reading.reload} /></p>`;

/**
 * What was read; until then, or when it cannot be, what stands in its place.
 * @param {{ reading: any, what?: string, back?: any, rows?: number, tall?: boolean, children?: (data: any) => any }} props
 */
export const Loaded = ({ reading, what, back, rows, tall, children }) =>
  reading.data !== undefined ? html`<${Stale} reading=${reading} />${children?.(reading.data)}`
    : reading.error ? html`<${Failed} error=${reading.error} what=${what} back=${back} retry=${reading.reload} />` : html`<${Skeleton} rows=${rows} tall=${tall} />`;

const PATIENCE = 5;

/** Asks again by itself when the server only has no time, or cannot be reached. @param {{ error: any, retry: () => void }} props */
function Again({ error, retry }) {
  const [left, setLeft] = useState(0);
  useEffect(() => setLeft(error.isAway ? Math.max(PATIENCE, error.retryAfter) : 0), [error]);
  useEffect(() => {
    if (!left) return undefined;
    const timer = setTimeout(() => (left > 1 ? setLeft(left - 1) : retry()), 1000);
    return () => clearTimeout(timer);
  }, [left, error]);
  return html`<button type="button" onClick=${retry}>Try again</button>${left > 0 && html`<span class="small" aria-hidden="true">by itself in ${left} s</span>`}`;
}

/** @typedef {{ at: string, error: any }} State */

/** In place of a page that breaks: the fault, and a way on. `at` is the address: elsewhere it is tried anew. @extends {Component<{ at: string, children?: any }, State>} */
export class Boundary extends Component {
  state = /** @type {State} */ ({ at: "", error: null });

  /** @param {any} error */
  static getDerivedStateFromError = (error) => ({ error });

  /** @param {{ at: string }} props @param {State} state */
  static getDerivedStateFromProps = ({ at }, state) => (at === state.at ? null : { at, error: null });

  /** @param {any} error */
  componentDidCatch(error) {
    reportError(error);
  }

  render() {
    const { error } = this.state;
    return error ? html`<${Failed} error=${{ message: `A fault of the console: ${error.message}` }} retry=${() => location.reload()} />` : this.props.children;
  }
}

const LATE = { status: 0, message: "Part of the page did not arrive." };

/** A part of the page that arrives when it is needed. @param {{ load: () => Promise<any>, [given: string]: any }} props */
export function Lazy({ load, ...given }) {
  const [state, setState] = useState(/** @type {{ load: any, View: any }} */ ({ load: null, View: null }));
  const now = useRef(load);
  now.current = load;
  const put = (/** @type {any} */ View) => now.current === load && setState({ load, View });
  const take = () => load().then((module) => put(module.default));
  // Files of an older version are gone; the document names the new ones.
  const retry = () => void take().catch(() => fetch(location.href).then(() => location.reload(), () => {}));
  useEffect(() => {
    take().catch(() => put(null));
    addEventListener("online", retry);
    return () => removeEventListener("online", retry);
  }, [load]);
  if (state.load !== load) return html`<${Skeleton} />`;
  return state.View ? html`<${state.View} ...${given} />` : html`<${Failed} error=${LATE} retry=${retry} />`;
}
