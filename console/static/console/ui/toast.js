// Short news at the edge of the page, some with a way back.
import { html, signal } from "../html.js";

/** @typedef {{ id: number, text: string, undo?: () => void }} News */
/** @type {import("../vendor/preact.js").Signal<News[]>} */
const news = signal([]);
let last = 0;

/** @param {number} id */
const drop = (id) => {
  news.value = news.value.filter((item) => item.id !== id);
};

/** @param {string} text @param {() => void} [undo] offered for ten seconds */
export function say(text, undo) {
  const id = ++last;
  news.value = [...news.value.slice(-2), { id, text, undo }];
  setTimeout(() => drop(id), undo ? 10_000 : 3_000);
}

/** @param {unknown} error */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/** Do it, and say that it is done or why not. @param {() => Promise<any>} work @param {string} done @param {() => void} [after] */
export async function tell(work, done, after) {
  try {
    await work();
    say(done);
  } catch (error) {
    say(messageOf(error));
  }
  after?.();
}

export const Toasts = () => html`
  <div class="toasts" role="status" aria-live="polite">
    ${news.value.map(({ id, text, undo }) => html`
      <p key=${id} class="toast">${text}
        ${undo && html`<button type="button" class="bare" onClick=${() => { drop(id); undo(); }}>Undo</button>`}</p>`)}
  </div>`;
