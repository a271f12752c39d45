// Code for SDKs, with the project's token and this server's address.

/** @typedef {{ name: string, code: (token: string, origin: string, flag: string, variant: string) => string }} Language */

/** As a string of any of the languages; no line ends in it. @param {string} text */
const quoted = (text) => JSON.stringify(text).replace(/[\u2028\u2029]/g, (end) => `\\u${end.charCodeAt(0).toString(16)}`);

/** @type {Language[]} */
export const LANGUAGES = [
  { name: "JavaScript", code: (token, origin, flag, variant) => `import posthog from "posthog-js";

posthog.init("${token}", { api_host: "${origin}" });
posthog.onFeatureFlags(() => {
  if (posthog.getFeatureFlag(${quoted(flag)}) === ${quoted(variant)}) {
    // show ${quoted(variant)}
  }
});
posthog.capture("purchase", { amount: 12.5 });` },
  { name: "Node", code: (token, origin, flag, variant) => `import { PostHog } from "posthog-node";

const posthog = new PostHog("${token}", { host: "${origin}" });
if ((await posthog.getFeatureFlag(${quoted(flag)}, personId)) === ${quoted(variant)}) {
  // show ${quoted(variant)}
}
posthog.capture({ distinctId: personId, event: "purchase", properties: { amount: 12.5 } });
await posthog.shutdown();` },
  { name: "Python", code: (token, origin, flag, variant) => `from posthog import Posthog

posthog = Posthog("${token}", host="${origin}")
if posthog.get_feature_flag(${quoted(flag)}, person_id) == ${quoted(variant)}:
    ...  # show ${quoted(variant)}
posthog.capture("purchase", distinct_id=person_id, properties={"amount": 12.5})
posthog.shutdown()` },
  { name: "curl", code: (token, origin, flag) => `curl "${origin}/flags?v=2" -H "Content-Type: application/json" \\
  -d '{"token": "${token}", "distinct_id": "somebody"}'   # the variant is in flags[${quoted(flag)}]

curl "${origin}/i/v0/e/" -H "Content-Type: application/json" \\
  -d '{"token": "${token}", "distinct_id": "somebody", "event": "purchase", "properties": {"amount": 12.5}}'` },
];
