// The frame of every page: who is signed in, where they can go, and the page itself.
import { html, useEffect, useRef, useState } from "../html.js";
import { asks, read } from "../api.js";
import { navigate, path } from "../router.js";
import { routeOf } from "../routes.js";
import { P, kindRules, me, nameOf, nextTheme, page, project, projectId, projects, signOut, theme, whoAmI } from "../session.js";
import { initials } from "../domain/format.js";
import { Dialogs } from "./dialog.js";
import { Icon } from "./icon.js";
import { Menu } from "./menu.js";
import { openPalette } from "./palette.js";
import { Boundary, Failed, Lazy, Skeleton } from "./states.js";
import { Toasts } from "./toast.js";
import { useShortcuts } from "./shortcuts.js";
import { useRead } from "./use_read.js";

// Asked for seldom, so it is no part of the first screen.
/** @param {"askToSignIn" | "askPassword"} name */
const signIn = (name) => () => import("./sign_in.js").then((module) => module[name](), () => false);
asks.signIn = signIn("askToSignIn");
asks.confirmPassword = signIn("askPassword");

export function App() {
  const [failure, setFailure] = useState(/** @type {any} */ (null));
  const load = () => void learnWho().then(() => setFailure(null), setFailure);
  useEffect(load, []);
  if (failure) return html`<main class="alone"><${Failed} error=${failure} retry=${load} /></main>`;
  if (me.value === undefined) return html`<main class="alone"><${Skeleton} rows=${3} /></main>`;
  const route = routeOf(path.value);
  if (route?.open) return html`<${Page} route=${route} /><${Dialogs} /><${Toasts} />`;
  if (me.value === null) return html`<${Redirect} to=${`/login?next=${encodeURIComponent(location.pathname + location.search)}`} />`;
  if (path.value === "/") return html`<${Redirect} to=${home()} />`;
  return html`<${Frame} route=${route} />`;
}

// The document tells whether there is a session at all.
async function learnWho() {
  if (document.body.hasAttribute("data-session")) await whoAmI();
  else me.value = null;
}

const home = () => (me.value.team ? `/project/${me.value.team.id}/experiments` : "/organization/members");

/** @param {{ to: string }} props */
function Redirect({ to }) {
  useEffect(() => navigate(to, { replace: true, force: true }), [to]);
  return null;
}

/** @param {{ route: any }} props */
function Frame({ route }) {
  useShortcuts();
  useProject();
  const before = useRef(path.value);
  useEffect(() => {
    // What had the focus is gone with its page.
    if (before.current !== path.value && document.activeElement === document.body) document.getElementById("content")?.focus({ preventScroll: true });
    before.current = path.value;
  }, [path.value]);
  return html`
    <a class="skip" href="#content" onClick=${() => document.getElementById("content")?.focus()}>To the content</a>
    <div class="frame"><${Side} section=${route?.section} /><main id="content" tabindex="-1">
      ${route
        ? html`<${Boundary} key=${`${projectId.value} ${route.pattern}`} at=${path.value}><${Page} route=${route} /></${Boundary}>`
        : html`<${Failed} error=${{ status: 404, message: "" }} what="page" back=${html`<a href=${home()}>To the experiments</a>`} />`}
    </main></div><${Dialogs} /><${Toasts} />`;
}

/** The project of the address, with its time zone. */
function useProject() {
  const id = projectId.value;
  useEffect(() => {
    // Not what a project before this one answers late.
    const put = (/** @type {{ value: any }} */ where, /** @type {any} */ found) => {
      if (projectId.peek() === id) where.value = found;
    };
    if (!id) return;
    read(`/api/projects/${id}/`).then((found) => put(project, found), () => put(project, null));
    read(P("resource_access_controls/")).then(({ access_controls: rules }) => put(kindRules, rules), () => put(kindRules, []));
  }, [id]);
}

/** @param {{ route: any }} props */
const Page = ({ route }) => html`<${Lazy} load=${route.load} parts=${route.pattern.exec(path.value)?.slice(1) ?? []} />`;

const PAGES = [
  ["experiments", "Experiments", "flask"], ["feature_flags", "Feature flags", "flag"], ["holdouts", "Holdouts", "shield"],
  ["saved_metrics", "Saved metrics", "ruler"], ["change_requests", "Change requests", "git"], ["activity", "Activity", "clock"],
  ["settings", "Settings", "gear"],
];
const THEMES = { system: ["system", "System theme"], light: ["sun", "Light theme"], dark: ["moon", "Dark theme"] };

/** Navigation: the project, its pages, the reader. @param {{ section?: string }} props */
function Side({ section }) {
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
