// Questions over the page. The browser's <dialog> holds the focus and gives it back.
import { createContext, html, signal, useContext, useEffect, useLayoutEffect, useRef, useState } from "../html.js";
import { Refusal } from "../api.js";
import { path } from "../router.js";
import { Refused, focusWrong } from "./field.js";
import { Icon } from "./icon.js";
import { announce, waitsForApproval } from "./requests.js";
import { messageOf } from "./toast.js";

/** @typedef {{ id: number, body: (close: (answer?: any) => void) => any, close: (answer?: any) => void, before: Element | null }} Open */
/** @type {import("../vendor/preact.js").Signal<Open[]>} the last is shown; what is typed into those below stays */
const open = signal([]);
let last = 0;

/**
 * Show a dialog until it is answered.
 * @param {(close: (answer?: any) => void) => any} body
 * @returns {Promise<any>} undefined when it was closed without an answer
 */
export function ask(body) {
  return new Promise((resolve) => {
    const id = ++last;
    /** @param {any} [answer] */
    const close = (answer) => {
      open.value = open.value.filter((one) => one.id !== id);
      resolve(answer);
    };
    open.value = [...open.value, { id, body, close, before: document.activeElement }];
  });
}

export const isAsking = () => open.peek().length > 0;

export function Dialogs() {
  // The way back, on phones the usual one, leaves the question with its page.
  useEffect(() => () => open.peek().forEach(({ close }) => close()), [path.value]);
  return open.value.map((one, at, all) => html`<${Frame} key=${one.id} isTop=${at === all.length - 1} ...${one} />`);
}

/** Which dialog a title names. */
const Place = createContext(0);

/** @param {Open & { isTop: boolean }} props */
function Frame({ id, body, close, before, isTop }) {
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  // At once, so that no key goes to the page below.
  useLayoutEffect(() => {
    element.current?.showModal();
    // Keys go to what is asked for, not to the button that closes.
    /** @type {HTMLElement | null | undefined} */ (element.current?.querySelector(".body :is(input, select, textarea):not(:disabled)"))?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return html`<dialog ref=${element} hidden=${!isTop} aria-labelledby=${`dialog-${id}`}
    onCancel=${(/** @type {Event} */ event) => { event.preventDefault(); close(); }}><${Place.Provider} value=${id}>${body(close)}<//></dialog>`;
}

/** @param {{ title: string, close: () => void }} props */
const Top = ({ title, close }) => html`<header><h2 id=${`dialog-${useContext(Place)}`}>${title}</h2>
  <button type="button" class="bare" aria-label="Close" onClick=${() => close()}><${Icon} name="x" /></button></header>`;

/** Something to read and close. @param {{ title: string, close: () => void, children?: any }} props */
export const Told = ({ title, close, children }) => html`<div class="dialog"><${Top} title=${title} close=${close} /><div class="body" tabindex="0">${children}</div></div>`;

/**
 * The usual form in a dialog: `onSubmit` may refuse, and then the dialog stays and says why.
 * @param {{ title: string, submit: string, close: (answer?: any) => void, onSubmit: () => Promise<any> | any,
 *   children?: any, danger?: boolean, disabled?: boolean, cancel?: string, refuse?: () => void, wide?: boolean }} props `refuse` is an answer of
 *   its own, unlike the closing of the dialog
 */
export function DialogForm({ title, submit, close, onSubmit, children, danger, disabled, cancel = "Cancel", refuse = () => close(), wide }) {
  const [state, setState] = useState({ busy: false, attr: "", text: "" });
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const form = /** @type {HTMLElement} */ (event.currentTarget);
    setState({ busy: true, attr: "", text: "" });
    try {
      close((await onSubmit()) ?? true);
    } catch (error) {
      if (waitsForApproval(error)) {
        announce(error);
        close("waiting");
      } else {
        const attr = (error instanceof Refusal && error.attr) || "";
        setState({ busy: false, attr: form.querySelector(`[data-attr="${attr}"]`) ? attr : "", text: messageOf(error) });
        focusWrong(form);
      }
    }
  };
  return html`<form class=${`dialog ${wide ? "wide" : ""}`} onSubmit=${send} noValidate><${Top} title=${title} close=${close} />
    <div class="body">
      ${state.text && !state.attr && html`<p class="notice bad" role="alert"><${Icon} name="alert" /><span>${state.text}</span></p>`}
      <${Refused.Provider} value=${state}>${children}<//>
    </div>
    <footer>
      <button type="button" onClick=${refuse}>${cancel}</button>
      <button class=${danger ? "danger" : "primary"} disabled=${disabled || state.busy}>${submit}</button>
    </footer>
  </form>`;
}
