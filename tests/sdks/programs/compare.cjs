// Evaluates a flag for many identifiers in an installed posthog-node package.
const { PostHog } = require(process.argv[2]);

const asked = JSON.parse(process.argv[3]);

async function main() {
  const client = new PostHog(asked.token, { host: asked.host, personalApiKey: asked.key });
  await client.reloadFeatureFlags();
  const options = { onlyEvaluateLocally: true, sendFeatureFlagEvents: false };
  const values = {};
  for (const key of asked.flags) {
    values[key] = [];
    for (let number = 0; number < asked.count; number += 1) {
      values[key].push((await client.getFeatureFlag(key, asked.prefix + number, options)) ?? null);
    }
  }
  await client.shutdown();
  process.stdout.write(JSON.stringify(values));
}

main();
