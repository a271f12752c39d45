// Steps that lists and the experiment's own page share.
import { change } from "../api.js";
import { navigate } from "../router.js";
import { P, page } from "../session.js";
import { say } from "./toast.js";

/** @param {Experiment} experiment @param {() => void} reload */
export async function archiveWithUndo(experiment, reload) {
  await change("POST", P(`experiments/${experiment.id}/archive/`), {});
  reload();
  say(`Archived “${experiment.name}”.`, async () => {
    await change("POST", P(`experiments/${experiment.id}/unarchive/`), {});
    reload();
  });
}

/** @param {Experiment} experiment */
export async function duplicate(experiment) {
  const key = `${experiment.feature_flag_key}-copy-${Date.now().toString(36).slice(-4)}`;
  const copy = await change("POST", P(`experiments/${experiment.id}/duplicate/`), { feature_flag_key: key });
  navigate(page(`experiments/${copy.id}`));
}
