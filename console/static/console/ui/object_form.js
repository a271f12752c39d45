// A form about one object: what is typed, what the server refuses, and the merge when somebody was faster.
import { html, useEffect, useLayoutEffect, useState } from "../html.js";
import { Refusal } from "../api.js";
import { guard } from "../router.js";
import { overlay, patch, same } from "./merge.js";
import { focusWrong } from "./field.js";
import { Icon } from "./icon.js";
import { announce, waitsForApproval } from "./requests.js";
import { say } from "./toast.js";

/**
 * @template T
 * @param {{ object: any, etag: string | null, path: string, formOf: (object: any) => T, changesOf: (form: T, object: any) => any, reload: (object?: any) => void }} options
 *   `reload` gets the object as it is now, unless that is not known
 */
export function useObjectForm({ object, etag, path, formOf, changesOf, reload }) {
  const [opened, setOpened] = useState({ object, etag });
  const [form, setForm] = useState(() => formOf(object));
  const [problem, setProblem] = useState(/** @type {{ attr: string | null, text: string }} */ ({ attr: null, text: "" }));
  const [isBusy, setBusy] = useState(false);
  const isDirty = !same(form, formOf(opened.object));
  useLayoutEffect(() => guard(() => isDirty), [isDirty]);
  useEffect(() => {
    if (isDirty) return;
    setOpened({ object, etag });
    setForm(formOf(object));
  }, [object]);
  const save = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setProblem({ attr: null, text: "" });
    // Only the fields that were touched, also where one attribute holds several.
    const again = (/** @type {any} */ now) => {
      const [before, after] = [changesOf(formOf(now), now), changesOf(overlay(formOf(opened.object), form, formOf(now)), now)];
      return Object.fromEntries(Object.entries(after).filter(([name, value]) => !same(value, before[name])));
    };
    try {
      const { data, etag: tag, isDiscarded } = await patch(path, again(opened.object), { etag: opened.etag, before: opened.object, again });
      setOpened({ object: data, etag: tag });
      setForm(formOf(data));
      if (!isDiscarded) say("Saved.");
      reload(data);
    } catch (error) {
      if (waitsForApproval(error)) {
        await announce(error);
        setForm(formOf(opened.object));
        return reload();
      }
      if (!(error instanceof Refusal)) throw error;
      setProblem({ attr: error.attr, text: error.message });
      focusWrong();
    } finally {
      setBusy(false);
    }
  };
  const others = isDirty && (object.updated_at ?? etag) !== (opened.object.updated_at ?? opened.etag)
    && html`<p class="notice warn" role="status"><${Icon} name="alert" /><span>Somebody changed this just now. Saving shows both changes.</span></p>`;
  return {
    form, isDirty, isBusy, opened: opened.object, others, save, problem: problem.text,
    /** The end of the form. @param {any} note @param {boolean} isOff */
    bar: (note, isOff) => html`<footer class="foot-bar"><span class="small">${note}</span><button type="button" disabled=${!isDirty} onClick=${() => setForm(formOf(opened.object))}>Discard</button>
      <button class="primary" disabled=${!isDirty || isBusy || isOff}>Save</button></footer>`,
    /** What concerns the whole form. @param {string[]} attrs that stand at fields */
    notices: (attrs) => [
      problem.text && !attrs.includes(problem.attr ?? "") && html`<p class="notice bad" role="alert">${problem.text}</p>`,
      others,
    ],
    set: (/** @type {Partial<T>} */ changes) => setForm({ ...form, ...changes }),
    discard: () => setForm(formOf(opened.object)),
    errorOf: (/** @type {string} */ attr) => (problem.attr === attr ? problem.text : null),
  };
}
