// Asks an installed posthog-node package for flags, as an application would.
const { PostHog } = require(process.argv[2]);

const asked = JSON.parse(process.argv[3]);

async function main() {
  const client = new PostHog(asked.token, { host: asked.host, personalApiKey: asked.key });
  if (asked.key) await client.reloadFeatureFlags();
  const values = {};
  for (const key of asked.flags) {
    values[key] = [];
    for (const person of asked.people) {
      const options = {
        personProperties: asked.options?.person_properties,
        groups: asked.options?.groups,
        groupProperties: asked.options?.group_properties,
      };
      values[key].push((await client.getFeatureFlag(key, person, options)) ?? null);
    }
  }
  const payloads = {};
  for (const key of asked.payloads ?? []) {
    payloads[key] = await client.getFeatureFlagPayload(key, asked.people[0]);
  }
  const config = asked.config ? await client.getRemoteConfigPayload(asked.config) : null;
  await client.shutdown();
  process.stdout.write(JSON.stringify({ values, payloads, config }));
}

main();
