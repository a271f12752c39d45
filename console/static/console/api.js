// The public API: what a page reads and changes, and how a refusal looks.

/** @typedef {{ etag?: string | null, attempt?: string, byItself?: boolean }} Conditions */
/** @typedef {{ data: any, etag: string | null, status: number }} Answer */

const RETRIES = new Set([429, 502, 503, 504]);

/** What can be asked of a person: the page registers how. */
export const asks = {
  /** @type {() => Promise<boolean>} */
  signIn: async () => false,
  /** @type {() => Promise<boolean>} */
  confirmPassword: async () => false,
};

export class Refusal extends Error {
  /** @param {number} status @param {any} data @param {number} retryAfter seconds */
  constructor(status, data, retryAfter = 0) {
    super(data?.detail ?? data?.error ?? `The server answered ${status}.`);
    this.status = status;
    this.data = data;
    /** @type {string} stands in docs/errors.md */
    this.code = data?.code ?? "";
    /** @type {string | null} the field to blame */
    this.attr = data?.attr ?? null;
    this.retryAfter = retryAfter;
  }

  get isAway() {
    return this.status === 0 || RETRIES.has(this.status);
  }
}

const csrfToken = () => /(?:^|; )posthog_csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";

/** @param {string} method @param {string} path @param {any} body @param {Conditions} [conditions] */
async function once(method, path, body, conditions) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (conditions?.etag) headers["If-Match"] = conditions.etag;
  if (conditions?.attempt) headers["Idempotency-Key"] = conditions.attempt;
  let response, text;
  try {
    response = await fetch(path, {
      method,
      headers,
      cache: method === "GET" ? "no-cache" : "no-store",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    text = await response.text();
  } catch {
    throw new Refusal(0, { detail: "The server cannot be reached." });
  }
  const data = parsed(text);
  if (!response.ok) {
    throw new Refusal(response.status, data, Number(response.headers.get("Retry-After") ?? 0));
  }
  if (data === undefined) throw new Refusal(0, { detail: "The answer is not one of this server." });
  return { data, etag: response.headers.get("ETag"), status: response.status };
}

/** Null for nothing, undefined for what is no JSON. @param {string} text */
function parsed(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return undefined;
  }
}

/** Whoever cancels signing in is not asked again by what a page reads by itself. */
let isDeclined = false;

/**
 * Ask; when the session has ended or is too old, ask the person and then once more.
 * @param {string} method @param {string} path @param {any} [body] @param {Conditions} [conditions]
 * @returns {Promise<Answer>}
 */
export async function call(method, path, body, conditions) {
  try {
    return await once(method, path, body, conditions);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    const ask = refusal.status === 401 ? asks.signIn : refusal.code === "sensitive_action_required_reauth" ? asks.confirmPassword : null;
    if (!ask || (isDeclined && conditions?.byItself)) throw refusal;
    isDeclined = !(await ask());
    if (isDeclined) throw refusal;
    return once(method, path, body, conditions);
  }
}

/** @param {string} path */
export const read = async (path) => (await call("GET", path)).data;

/** Compute: nothing is changed. @param {string} path @param {any} body */
export const compute = async (path, body) => (await call("POST", path, body)).data;

/** @type {Map<string, string>} keys of what was sent and may have been done */
const unanswered = new Map();

/**
 * What is sent again for want of an answer is done once.
 * @param {string} method @param {string} path @param {any} [body] @param {Conditions} [conditions]
 */
export async function change(method, path, body, conditions) {
  if (method !== "POST") return (await call(method, path, body, conditions)).data;
  const what = path + JSON.stringify(body);
  const attempt = unanswered.get(what) ?? newKey();
  unanswered.set(what, attempt);
  try {
    const { data } = await call(method, path, body, { ...conditions, attempt });
    unanswered.delete(what);
    return data;
  } catch (error) {
    if (!(error instanceof Refusal && (error.isAway || error.code === "conflict"))) unanswered.delete(what);
    throw error;
  }
}

/** Sign-in and sign-out ask nobody. @param {string} path @param {any} body */
export const enter = async (path, body) => (await once("POST", path, body)).data;

/** @param {string} path whether somebody is signed in @returns {Promise<any>} */
export const readQuietly = async (path) => (await once("GET", path, undefined)).data;

// Plain HTTP has no crypto.randomUUID, except on localhost.
const newKey = () => [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join("-");

/**
 * Every page of a list.
 * @param {string} path @param {number} [most]
 */
export async function readAll(path, most = 1000) {
  const found = [];
  let offset = 0;
  while (found.length < most) {
    const page = await read(`${path}${path.includes("?") ? "&" : "?"}limit=200&offset=${offset}`);
    found.push(...page.results);
    if (!page.next || !page.results.length) break;
    offset += page.results.length;
  }
  return found;
}
