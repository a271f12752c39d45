// Code for SDKs, with the project's token and this server's address.

/** @typedef {{ name: string, code: (token: string, origin: string, flag: string, variant: string) => string }} Language */

/** @type {Language[]} */
export const LANGUAGES = [
  { name: "JavaScript", code: (token, origin, flag, variant) => `import posthog from "posthog-js";

posthog.init("${token}", { api_host: "${origin}" });
posthog.onFeatureFlags(() => {
  if (posthog.getFeatureFlag("${flag}") === "${variant}") {
    // show ${variant}
  }
});
posthog.capture("purchase", { amount: 12.5 });` },
  { name: "Node", code: (token, origin, flag, variant) => `import { PostHog } from "posthog-node";

const posthog = new PostHog("${token}", { host: "${origin}" });
if ((await posthog.getFeatureFlag("${flag}", personId)) === "${variant}") {
  // show ${variant}
}
posthog.capture({ distinctId: personId, event: "purchase", properties: { amount: 12.5 } });
await posthog.shutdown();` },
  { name: "Python", code: (token, origin, flag, variant) => `from posthog import Posthog

posthog = Posthog("${token}", host="${origin}")
if posthog.get_feature_flag("${flag}", person_id) == "${variant}":
    ...  # show ${variant}
posthog.capture("purchase", distinct_id=person_id, properties={"amount": 12.5})
posthog.shutdown()` },
  { name: "curl", code: (token, origin, flag) => `curl "${origin}/flags?v=2" -H "Content-Type: application/json" \\
  -d '{"token": "${token}", "distinct_id": "somebody"}'   # the variant is in flags.${flag}

curl "${origin}/i/v0/e/" -H "Content-Type: application/json" \\
  -d '{"token": "${token}", "distinct_id": "somebody", "event": "purchase", "properties": {"amount": 12.5}}'` },
];
