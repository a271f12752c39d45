// Takes an experiment through its first day and shows each step; api.js is cut from docs/frontend.md.
import * as api from "./api.js";

const form = document.querySelector("form");
const rows = document.querySelector("tbody");

async function step(name, act, told) {
  let status, note, result;
  try {
    result = await act();
    [status, note] = [result.status, told(result.data, result)];
  } catch (refusal) {
    // What is no refusal is the browser's: it told the page nothing.
    [status, note] = [refusal.status ?? "none", refusal.code ?? refusal.name];
    if (refusal.status === 403) note += `: ${refusal.message}`;
    if (refusal.retryAfter) note += `, wait ${refusal.retryAfter > 0}`;
  }
  const row = rows.insertRow();
  for (const text of [name, status, note]) row.insertCell().textContent = text;
  return result;
}

// What a page does that has not read the documentation.
async function writeWithoutToken(id) {
  const response = await fetch(`${api.server.url}/api/projects/@current/experiments/${id}/`, {
    method: "PATCH",
    credentials: "include",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ name: "Forged" }),
  });
  if (!response.ok) throw new api.Refusal(response, await response.json());
  return { status: response.status };
}

async function run(withKey) {
  const name = withKey ? "with-a-key" : "with-a-session";
  const attempt = crypto.randomUUID();
  const create = () => api.createExperiment({ name, feature_flag_key: name }, attempt);

  const listed = await step("list", api.listExperiments, (page) => Array.isArray(page.results));
  if (!listed) return;
  const created = await step("create", create, (it) => it.status);
  const { id, feature_flag: flag } = created.data;
  await step("repeat", create, (it) => (it.id === id ? "the same" : "another"));
  await step(
    "patch the flag",
    () => api.patchFlag(flag.id, { name: "Seen by a browser" }),
    (it) => it.name,
  );
  await step("launch", () => api.launch(id), (it) => it.status);
  const read = await step("read", () => api.readExperiment(id), (it, { etag }) => typeof etag);
  const edit = (description) => api.editExperiment(id, { description }, read.etag);
  await step("edit", () => edit("First"), (it) => it.description);
  await step("edit an old state", () => edit("Second"), (it) => it.description);
  if (!withKey) await step("write without token", () => writeWithoutToken(id), () => "");
}

async function askUntilRefused() {
  for (let asked = 0; asked < 50; asked += 1) await api.listExperiments();
  return { status: 200 };
}

form.elements.url.value = new URLSearchParams(location.search).get("api") ?? api.server.url;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { url, email, password, key } = Object.fromEntries(new FormData(form));
  api.server.url = url;
  if (key) {
    api.useKey(key);
    await run(true);
    await step("ask too often", askUntilRefused, () => "");
  } else {
    await step("log in", () => api.logIn(email, password), (it) => `success ${it.success}`);
    await run(false);
    await step("log out", api.logOut, (it) => `success ${it.success}`);
  }
  document.body.dataset.done = "yes";
});
