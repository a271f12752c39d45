// A part of the page that arrives when it is needed.
import { html, useEffect, useRef, useState } from "../html.js";
import { Failed, Skeleton } from "./states.js";

const LATE = { status: 0, message: "Part of the page did not arrive." };

/** @param {{ load: () => Promise<any>, [given: string]: any }} props */
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
