// Which module shows which path.

/** @typedef {{ pattern: RegExp, load: () => Promise<any>, open?: boolean, section?: string }} Route */

/** @type {Route[]} */
const ROUTES = [
  { pattern: /^\/login$/, load: () => import("./pages/login.js"), open: true },
  { pattern: /^\/project\/\d+\/experiments$/, load: () => import("./pages/experiments.js"), section: "experiments" },
  { pattern: /^\/project\/\d+\/experiments\/new$/, load: () => import("./pages/experiment_new.js"), section: "experiments" },
  {
    pattern: /^\/project\/\d+\/experiments\/(\d+)(?:\/(exposures|metrics|flag|history|settings))?$/,
    load: () => import("./pages/experiment.js"), section: "experiments",
  },
  { pattern: /^\/project\/\d+\/feature_flags$/, load: () => import("./pages/flags.js"), section: "feature_flags" },
  { pattern: /^\/project\/\d+\/feature_flags\/new$/, load: () => import("./pages/flag_new.js"), section: "feature_flags" },
  { pattern: /^\/project\/\d+\/feature_flags\/(\d+)(?:\/(test|schedule|history|settings))?$/, load: () => import("./pages/flag.js"), section: "feature_flags" },
  { pattern: /^\/project\/\d+\/holdouts$/, load: () => import("./pages/holdouts.js"), section: "holdouts" },
  { pattern: /^\/project\/\d+\/holdouts\/(\d+)$/, load: () => import("./pages/holdout.js"), section: "holdouts" },
  { pattern: /^\/project\/\d+\/saved_metrics$/, load: () => import("./pages/saved_metrics.js"), section: "saved_metrics" },
  { pattern: /^\/project\/\d+\/saved_metrics\/(\d+)$/, load: () => import("./pages/saved_metric.js"), section: "saved_metrics" },
  { pattern: /^\/project\/\d+\/change_requests(?:\/([\w-]+))?$/, load: () => import("./pages/change_requests.js"), section: "change_requests" },
  { pattern: /^\/project\/\d+\/activity$/, load: () => import("./pages/activity.js"), section: "activity" },
  { pattern: /^\/project\/\d+\/settings(?:\/(general|keys|policies|access))?$/, load: () => import("./pages/settings.js"), section: "settings" },
  { pattern: /^\/organization(?:\/(members|roles|settings))?$/, load: () => import("./pages/organization.js") },
  { pattern: /^\/me$/, load: () => import("./pages/me.js") },
  { pattern: /^\/welcome$/, load: () => import("./pages/welcome.js") },
  { pattern: /^\/signup\/([\w-]+)$/, load: () => import("./pages/signup.js"), open: true },
];

/** @param {string} path @returns {Route | undefined} */
export const routeOf = (path) => ROUTES.find(({ pattern }) => pattern.test(path));
