// The public agent toolkit as an agent uses it: every experiment's results of one project.
// Arguments: the folder of the package, and {key, host, project, experiments} as JSON.
const [folder, text] = process.argv.slice(2);
const { key, host, project, experiments } = JSON.parse(text);
const { PostHogAgentToolkit } = await import(`${folder}/dist/ai-sdk.mjs`);
const toolkit = new PostHogAgentToolkit({ posthogPersonalApiKey: key, posthogApiBaseUrl: host });
const tools = await toolkit.getTools();
await tools["switch-project"].execute({ projectId: project });
const found = {};
for (const experimentId of experiments) {
  try {
    const answer = await tools["experiment-results-get"].execute({ experimentId, refresh: true });
    found[experimentId] = JSON.parse(answer.content[0].text);
  } catch (error) {
    found[experimentId] = { error: error.message };
  }
}
process.stdout.write(JSON.stringify(found));
