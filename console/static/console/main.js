// Starts the console.
import { html, render } from "./html.js";
import { start } from "./router.js";
import { App } from "./ui/app.js";

start();
render(html`<${App} />`, /** @type {Element} */ (document.getElementById("app")));
