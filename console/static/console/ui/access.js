// Who may do what with one object, and which rule decides.
import { html } from "../html.js";
import { P } from "../session.js";
import { Curl } from "./curl.js";
import { useRead } from "./use_read.js";
import { AccessRules } from "./access_rules.js";

/** @param {{ resource: string, id: number }} props */
export function Access({ resource, id }) {
  const path = P(`${resource}/${id}/access_controls/`);
  const reading = useRead(path);
  if (!reading.data) return null;
  return html`<section class="panel"><header><h2>Access</h2><${Curl} path=${path} /></header>
    <div class="inside"><${AccessRules} path=${path} state=${reading.data} reload=${reading.reload} /></div></section>`;
}
