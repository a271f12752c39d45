// The organization: members and invitations, roles, its own settings.
import { html } from "../html.js";
import { me } from "../session.js";
import { Members } from "../ui/organization/members.js";
import { Roles } from "../ui/organization/roles.js";
import { OrganizationSettings } from "../ui/organization/settings.js";
import { useTitle } from "../ui/title.js";

const TABS = { members: Members, roles: Roles, settings: OrganizationSettings };

/** @param {{ parts: string[] }} props */
export default function Organization({ parts: [tab = "members"] }) {
  useTitle("Organization");
  const View = TABS[/** @type {keyof typeof TABS} */ (tab)];
  return html`<header class="head"><h1 dir="auto">${me.value.organization?.name ?? "Organization"}</h1></header>
    <nav class="tabs" aria-label="Organization">${Object.keys(TABS).map((name) => html`<a key=${name} href=${`/organization/${name}`} aria-current=${name === tab ? "page" : undefined}>${name[0].toUpperCase() + name.slice(1)}</a>`)}</nav>
    <${View} />`;
}
