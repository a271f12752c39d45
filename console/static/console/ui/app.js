// The frame of every page: who is signed in, where they can go, and the page itself.
import { html, useEffect, useRef, useState } from "../html.js";
import { asks, read } from "../api.js";
import { navigate, path } from "../router.js";
import { routeOf } from "../routes.js";
import { P, kindRules, me, project, projectId, whoAmI } from "../session.js";
import { Boundary } from "./boundary.js";
import { Dialogs } from "./dialog.js";
import { Lazy } from "./lazy.js";
import { Side } from "./side.js";
import { Failed, Skeleton } from "./states.js";
import { Toasts } from "./toast.js";
import { useShortcuts } from "./shortcuts.js";

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
