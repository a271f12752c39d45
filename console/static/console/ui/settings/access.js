// Who may do what in the project, and with all objects of a kind.
import { html } from "../../html.js";
import { P } from "../../session.js";
import { AccessRules } from "../access_rules.js";
import { Curl } from "../curl.js";
import { Failed, Skeleton } from "../states.js";
import { useRead } from "../use_read.js";

const KINDS = [["experiment", "All experiments"], ["feature_flag", "All feature flags"], ["experiment_saved_metric", "All saved metrics"]];

export function ProjectAccess() {
  const projectPath = P("access_controls/");
  const kindPath = P("resource_access_controls/");
  const whole = useRead(projectPath);
  const kinds = useRead(kindPath);
  if (whole.error) return html`<${Failed} error=${whole.error} what="page" />`;
  if (!whole.data || !kinds.data) return html`<${Skeleton} />`;
  return html`<div class="stack"><section class="panel"><header><h2>The project</h2><${Curl} path=${projectPath} /></header><div class="inside"><${AccessRules} path=${projectPath} state=${whole.data} reload=${whole.reload} /></div></section>
    ${KINDS.map(([resource, title]) => html`<section class="panel" key=${resource}><header><h2>${title}</h2></header><div class="inside"><${AccessRules} path=${kindPath} state=${kinds.data} reload=${kinds.reload} resource=${resource} /></div></section>`)}</div>`;
}
