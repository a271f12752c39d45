// A form about one object: what is typed, what the server refuses, and the merge when somebody was faster.
import { useEffect, useState } from "../html.js";
import { Refusal } from "../api.js";
import { guard } from "../router.js";
import { patch, same } from "./merge.js";
import { announce, waitsForApproval } from "./requests.js";
import { say } from "./toast.js";

/**
 * @template T
 * @param {{ object: any, etag: string | null, path: string, formOf: (object: any) => T, changesOf: (form: T) => any, reload: () => void }} options
 */
export function useObjectForm({ object, etag, path, formOf, changesOf, reload }) {
  const [opened, setOpened] = useState({ object, etag });
  const [form, setForm] = useState(() => formOf(object));
  const [problem, setProblem] = useState(/** @type {{ attr: string | null, text: string }} */ ({ attr: null, text: "" }));
  const isDirty = !same(form, formOf(opened.object));
  useEffect(() => guard(() => isDirty), [isDirty]);
  useEffect(() => {
    if (isDirty) return;
    setOpened({ object, etag });
    setForm(formOf(object));
  }, [object]);
  const save = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setProblem({ attr: null, text: "" });
    const [before, after] = [changesOf(formOf(opened.object)), changesOf(form)];
    const changes = Object.fromEntries(Object.entries(after).filter(([name, value]) => !same(value, before[name])));
    try {
      const now = await patch(path, changes, { etag: opened.etag, before: opened.object });
      setOpened({ object: now ?? object, etag: null });
      setForm(formOf(now ?? object));
      if (now) say("Saved.");
      reload();
    } catch (error) {
      if (waitsForApproval(error)) {
        await announce(error);
        setForm(formOf(opened.object));
        return reload();
      }
      if (!(error instanceof Refusal)) throw error;
      setProblem({ attr: error.attr, text: error.message });
    }
  };
  return {
    form, isDirty, save, problem,
    set: (/** @type {Partial<T>} */ changes) => setForm({ ...form, ...changes }),
    discard: () => setForm(formOf(opened.object)),
    errorOf: (/** @type {string} */ attr) => (problem.attr === attr ? problem.text : null),
  };
}
