// Questions over the page. The browser's <dialog> holds the focus and gives it back.
import { html, signal, useEffect, useRef, useState } from "../html.js";
import { Icon } from "./icon.js";
import { announce, waitsForApproval } from "./requests.js";

/** @typedef {{ id: number, body: (close: (answer?: any) => void) => any, close: (answer?: any) => void }} Open */
/** @type {import("../vendor/preact.js").Signal<Open | null>} one at a time: no dialog over a dialog */
const open = signal(null);
let last = 0;

/**
 * Show a dialog until it is answered.
 * @param {(close: (answer?: any) => void) => any} body
 * @returns {Promise<any>} undefined when it was closed without an answer
 */
export function ask(body) {
  open.peek()?.close();
  return new Promise((resolve) => {
    const id = ++last;
    /** @param {any} [answer] */
    const close = (answer) => {
      if (open.peek()?.id === id) open.value = null;
      resolve(answer);
    };
    open.value = { id, body, close };
  });
}

export function Dialogs() {
  const now = open.value;
  return now && html`<${Frame} key=${now.id} ...${now} />`;
}

/** @param {Open} props */
function Frame({ body, close }) {
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return html`<dialog ref=${element} aria-labelledby="dialog-title"
    onCancel=${(/** @type {Event} */ event) => { event.preventDefault(); close(); }}>${body(close)}</dialog>`;
}

/**
 * The usual form in a dialog: `onSubmit` may refuse, and then the dialog stays and says why.
 * @param {{ title: string, submit: string, close: (answer?: any) => void, onSubmit: () => Promise<any> | any,
 *   children?: any, danger?: boolean, disabled?: boolean, cancel?: string, wide?: boolean }} props
 */
export function DialogForm({ title, submit, close, onSubmit, children, danger, disabled, cancel = "Cancel", wide }) {
  const [state, setState] = useState({ busy: false, error: "" });
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setState({ busy: true, error: "" });
    try {
      close((await onSubmit()) ?? true);
    } catch (error) {
      if (waitsForApproval(error)) {
        announce(error);
        close("waiting");
      } else setState({ busy: false, error: error instanceof Error ? error.message : String(error) });
    }
  };
  return html`<form class=${`dialog ${wide ? "wide" : ""}`} onSubmit=${send} noValidate>
    <header><h2 id="dialog-title">${title}</h2>
      <button type="button" class="bare" aria-label="Close" onClick=${() => close()}><${Icon} name="x" /></button></header>
    <div class="body">
      ${state.error && html`<p class="notice bad" role="alert"><${Icon} name="alert" /><span>${state.error}</span></p>`}
      ${children}
    </div>
    <footer>
      <button type="button" onClick=${() => close()}>${cancel}</button>
      <button class=${danger ? "danger" : "primary"} disabled=${disabled || state.busy}>${submit}</button>
    </footer>
  </form>`;
}
