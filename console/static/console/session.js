// Who is signed in, in which project, and how they like the page to look.
import { computed, effect, signal } from "./html.js";
import { Refusal, change, enter, readQuietly } from "./api.js";
import { navigate, path } from "./router.js";

/** @type {import("./vendor/preact.js").Signal<any>} undefined: not asked yet; null: nobody */
export const me = signal(undefined);
/** @type {import("./vendor/preact.js").Signal<any>} the project, with its time zone and the reader's level */
export const project = signal(null);

export const projects = computed(() => me.value?.organization?.projects ?? []);
const named = computed(() => Number(/^\/project\/(\d+)/.exec(path.value)?.[1] ?? 0));
/** The project of the address; elsewhere the one that was looked at last. */
export const projectId = computed(() => {
  const last = Number(sessionStorage.getItem("project"));
  return named.value || (projects.value.some((/** @type {any} */ one) => one.id === last) ? last : me.value?.team?.id ?? 0);
});
effect(() => {
  if (named.value) sessionStorage.setItem("project", String(named.value));
});
export const timeZone = computed(() => project.value?.timezone ?? "UTC");
export const isAdmin = computed(() => (me.value?.organization?.membership_level ?? 0) >= 8);

/** The rules about all things of a kind. @type {import("./vendor/preact.js").Signal<any[]>} */
export const kindRules = signal([]);
const EDITING = ["editor", "manager", "admin"];
/** @param {any} object with the reader's level */
export const mayEdit = (object) => EDITING.includes(object.user_access_level ?? "manager");
/** Whether any rule lets people make things of a kind; whom it is about is left to the server. @param {"experiment" | "feature_flag"} kind */
export function mayMake(kind) {
  const rules = kindRules.value.filter(({ resource }) => resource === kind);
  return isAdmin.value || !rules.length || rules.some(({ access_level: level }) => EDITING.includes(level));
}

/** A path of the API below the project. @param {string} rest */
export const P = (rest) => `/api/projects/${projectId.value}/${rest}`;
/** A path of the API below the organization. @param {string} rest */
export const O = (rest) => `/api/organizations/${me.value?.organization?.id}/${rest}`;
/** A page of the project. @param {string} rest */
export const page = (rest) => `/project/${projectId.value}/${rest}`;

/** Ask who is signed in. */
export async function whoAmI() {
  try {
    me.value = await readQuietly("/api/users/@me/");
    if (me.value.theme_mode && !localStorage.getItem("theme")) setTheme(me.value.theme_mode);
  } catch (refusal) {
    if (refusal instanceof Refusal && [401, 403].includes(refusal.status)) me.value = null;
    else throw refusal;
  }
  return me.value;
}

export async function signOut() {
  await enter("/api/logout/", {});
  me.value = null;
  project.value = null;
  navigate("/login", { force: true });
}

/** Names of people are often empty. @param {any} person */
export const nameOf = (person) =>
  person ? [person.first_name, person.last_name].filter(Boolean).join(" ") || person.email : "somebody";

const THEMES = /** @type {const} */ (["system", "light", "dark"]);
/** @type {import("./vendor/preact.js").Signal<"system" | "light" | "dark">} */
export const theme = signal(/** @type {any} */ (localStorage.getItem("theme") ?? "system"));

effect(() => {
  if (theme.value === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
});

/** Kept here, too, for pages that nobody has signed in to yet. @param {"system" | "light" | "dark"} next */
function setTheme(next) {
  theme.value = next;
  localStorage.setItem("theme", next);
}

export function nextTheme() {
  setTheme(THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length]);
  if (me.value) change("PATCH", "/api/users/@me/", { theme_mode: theme.value }).catch(() => {});
}
