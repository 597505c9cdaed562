import { type Ask, ratedSuggestions } from './rated-suggestions.ts';

const USAGE = `Writes the suggestions that somebody has rated as JSON lines.

  STEPWELL_API_KEY=sw_… npm run --silent suggestions:export > rated.jsonl

STEPWELL_API_KEY  a key of an admin with the scopes ai:use and user:read
STEPWELL_API_URL  where the API is; http://127.0.0.1:4100 when left out`;

const asking =
  (url: string, key: string): Ask =>
  async (path) => {
    const answer = await fetch(new URL(`/api/v1${path}`, url), { headers: { 'x-api-key': key } });
    if (answer.ok) return answer.json();
    throw new Error(`${path} was answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
  };

const run = async ({ STEPWELL_API_KEY: key, STEPWELL_API_URL: url }: NodeJS.ProcessEnv): Promise<void> => {
  if (!key) throw new Error(`STEPWELL_API_KEY is not set.\n\n${USAGE}`);
  for await (const suggestion of ratedSuggestions(asking(url || 'http://127.0.0.1:4100', key)))
    process.stdout.write(`${JSON.stringify(suggestion)}\n`);
};

try {
  await run(process.env);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
