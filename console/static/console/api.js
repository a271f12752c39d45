// The public API: what a page reads and changes, and how a refusal looks.

/** @typedef {{ etag?: string | null, attempt?: string }} Conditions */
/** @typedef {{ data: any, etag: string | null, status: number }} Answer */

const RETRIES = new Set([429, 502, 503, 504]);

/** People who can be asked on the way: the page registers how. */
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
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      cache: method === "GET" ? "no-cache" : "no-store",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refusal(0, { detail: "The server cannot be reached." });
  }
  const text = await response.text();
  const isJSON = response.headers.get("Content-Type")?.includes("json");
  const data = text && isJSON ? JSON.parse(text) : text || null;
  if (!response.ok) {
    throw new Refusal(response.status, data, Number(response.headers.get("Retry-After") ?? 0));
  }
  return { data, etag: response.headers.get("ETag"), status: response.status };
}

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
    const ended = refusal.status === 401;
    const ask = ended ? asks.signIn : refusal.code === "sensitive_action_required_reauth" ? asks.confirmPassword : null;
    if (!ask || !(await ask())) throw refusal;
    return once(method, path, body, conditions);
  }
}

/** @param {string} path */
export const read = async (path) => (await call("GET", path)).data;

/** @param {string} method @param {string} path @param {any} [body] @param {Conditions} [conditions] */
export const change = async (method, path, body, conditions) => (await call(method, path, body, conditions)).data;

/** Sign-in and sign-out: nobody can be asked on the way. @param {string} path @param {any} body */
export const enter = async (path, body) => (await once("POST", path, body)).data;

/** @param {string} path whether somebody is signed in @returns {Promise<any>} */
export const readQuietly = async (path) => (await once("GET", path, undefined)).data;

/** A key for a POST that may be sent twice. */
export const newAttempt = () => crypto.randomUUID();

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
