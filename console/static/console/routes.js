// Which module shows which path.

/** @typedef {{ pattern: RegExp, load: () => Promise<any>, open?: boolean, section?: string }} Route */

/** @type {Route[]} */
const ROUTES = [
  { pattern: /^\/login$/, load: () => import("./pages/login.js"), open: true },
  { pattern: /^\/project\/\d+\/experiments$/, load: () => import("./pages/experiments.js"), section: "experiments" },
];

/** @param {string} path @returns {Route | undefined} */
export const routeOf = (path) => ROUTES.find(({ pattern }) => pattern.test(path));
