// Starts the console.
import { html, render } from "./html.js";
import { start } from "./router.js";
import { Refusal } from "./api.js";
import { App } from "./ui/app.js";
import { announce, waitsForApproval } from "./ui/requests.js";
import { say } from "./ui/toast.js";

start();
// What nobody else takes care of is said, not swallowed.
addEventListener("unhandledrejection", (event) => {
  if (!(event.reason instanceof Refusal)) return;
  event.preventDefault();
  if (waitsForApproval(event.reason)) announce(event.reason);
  else say(event.reason.message);
});
render(html`<${App} />`, /** @type {Element} */ (document.getElementById("app")));
