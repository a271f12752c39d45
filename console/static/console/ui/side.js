// Navigation: the project, its pages, the reader.
import { html, useEffect } from "../html.js";
import { navigate, path } from "../router.js";
import { P, me, nameOf, nextTheme, page, project, projectId, projects, signOut, theme } from "../session.js";
import { initials } from "../domain/format.js";
import { Icon } from "./icon.js";
import { Menu } from "./menu.js";
import { openPalette } from "./palette.js";
import { useRead } from "./use_read.js";

const PAGES = [
  ["experiments", "Experiments", "flask"], ["feature_flags", "Feature flags", "flag"], ["holdouts", "Holdouts", "shield"],
  ["saved_metrics", "Saved metrics", "ruler"], ["change_requests", "Change requests", "git"], ["activity", "Activity", "clock"],
  ["settings", "Settings", "gear"],
];
const THEMES = { system: ["system", "System theme"], light: ["sun", "Light theme"], dark: ["moon", "Dark theme"] };

/** @param {{ section?: string }} props */
export function Side({ section }) {
  const waiting = useRead(projectId.value ? P("change_requests/?state=pending&limit=1") : null, 60);
  useEffect(() => void waiting.reload(), [path.value]);
  const [icon, words] = THEMES[theme.value];
  return html`<aside class="side">
    <${Switcher} />
    <nav aria-label="Main"><ul>${PAGES.map(([name, text, symbol]) => html`
      <li key=${name}><a href=${page(name)} aria-current=${section === name ? "page" : undefined}><${Icon} name=${symbol} />${text}
        ${name === "change_requests" && waiting.data?.count ? html`<span class="badge" aria-label=${`${waiting.data.count} pending`}>${waiting.data.count}</span>` : ""}</a></li>`)}
    </ul></nav>
    <footer>
      <button type="button" class="row" onClick=${openPalette}><${Icon} name="search" />Go to…<kbd>Ctrl K</kbd></button>
      <button type="button" class="row" onClick=${nextTheme} title="System, light, dark"><${Icon} name=${icon} />${words}</button>
      <${Menu} label="You" kind="row" align="start" items=${[
        { text: "Your account", icon: "user", href: "/me" },
        { text: "Organization", icon: "building", href: "/organization/members" },
        { text: "API pages", icon: "terminal", run: () => void open("/api/schema/swagger-ui/", "_blank", "noopener") },
        { text: "Sign out", icon: "logout", run: signOut },
      ]}><${Icon} name="user" /><span class="clip">${nameOf(me.value)}</span></${Menu}>
    </footer>
  </aside>`;
}

function Switcher() {
  const now = projects.value.find((/** @type {any} */ one) => one.id === projectId.value);
  const name = project.value?.id === projectId.value ? project.value.name : now?.name ?? "No project";
  return html`<div class="project"><${Menu} label="Project" kind="row" align="start" items=${projects.value.map((/** @type {any} */ one) => ({
    text: one.name, icon: one.id === projectId.value ? "check" : undefined, run: () => navigate(`/project/${one.id}/experiments`),
  }))}><span class="mark">${initials(name).slice(0, 1)}</span><span class="clip">${name}</span><${Icon} name="down" /></${Menu}></div>`;
}
