// Members and roles of the organization, to name whom a rule is about.
import { useEffect, useState } from "../html.js";
import { readAll } from "../api.js";
import { O, nameOf } from "../session.js";

export function usePeople() {
  const [{ members, roles }, setPeople] = useState(/** @type {{ members: any[], roles: any[] }} */ ({ members: [], roles: [] }));
  useEffect(() => {
    Promise.all([readAll(O("members/")), readAll(O("roles/")).catch(() => [])]).then(([members, roles]) => setPeople({ members, roles }), () => {});
  }, []);
  const called = (/** @type {"user" | "role"} */ kind, /** @type {any} */ id) =>
    kind === "user" ? nameOf(members.find(({ user }) => user.id === id)?.user ?? { email: `user ${id}` }) : roles.find((one) => one.id === id)?.name ?? "a role";
  return { members, roles, called };
}
