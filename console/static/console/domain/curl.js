// A request as a command that anybody can repeat with a key.

/** @param {string} text */
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** @param {string} origin @param {string} method @param {string} path @param {any} [body] */
export function curlOf(origin, method, path, body) {
  const lines = [`curl -H "Authorization: Bearer $KEY"`];
  if (!(method === "GET" || (method === "POST" && body !== undefined))) lines[0] += ` -X ${method}`;
  if (body !== undefined) lines.push(`-H "Content-Type: application/json"`, `-d ${quoted(JSON.stringify(body))}`);
  lines.push(quoted(origin + path));
  return lines.join(" \\\n  ");
}
