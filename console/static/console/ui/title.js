// The title of the window: what is shown, and where.
import { useEffect } from "../html.js";
import { project } from "../session.js";

/** @param {string | undefined} what */
export function useTitle(what) {
  const where = project.value?.name;
  useEffect(() => {
    document.title = [what, where, "Experiments"].filter(Boolean).slice(0, 2).join(" · ");
  }, [what, where]);
}
