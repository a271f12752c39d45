// The project: its name and zone, tokens, policies, access.
import { html } from "../html.js";
import { page } from "../session.js";
import { ProjectAccess } from "../ui/access_rules.js";
import { General } from "../ui/settings/general.js";
import { Policies } from "../ui/settings/policies.js";
import { Tokens } from "../ui/settings/keys.js";
import { Tabs } from "../ui/tabs.js";
import { useTitle } from "../ui/title.js";

const TABS = { general: General, keys: Tokens, policies: Policies, access: ProjectAccess };

/** @param {{ parts: string[] }} props */
export default function Settings({ parts: [tab = "general"] }) {
  useTitle("Settings");
  const View = TABS[/** @type {keyof typeof TABS} */ (tab)];
  return html`<header class="head"><h1>Project settings</h1></header>
    <${Tabs} label="Settings" now=${tab} base=${page("settings")} tabs=${[["general", "General"], ["keys", "Tokens and keys"], ["policies", "Approval policies"], ["access", "Access"]]} /><${View} />`;
}
