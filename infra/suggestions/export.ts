import { fromFolder } from '../local/folder-suggestions.ts';
import { fromApi } from './from-api.ts';
import { ratedSuggestions, type SuggestionSource } from './rated-suggestions.ts';

const LOCAL_API = 'http://127.0.0.1:4100';

const USAGE = `Writes the suggestions that somebody has rated as JSON lines.

  npm run --silent suggestions:export > rated.jsonl                            of this machine, whether Stepwell runs or not
  STEPWELL_API_KEY=sw_… STEPWELL_API_URL=https://… npm run --silent suggestions:export > rated.jsonl        of any other

STEPWELL_DATA     the data folder; .stepwell when left out
STEPWELL_API_KEY  a key of an admin with the scopes ai:use and user:read
STEPWELL_API_URL  where the API is; ${LOCAL_API} when left out`;

const write = async (source: SuggestionSource): Promise<void> => {
  for await (const suggestion of ratedSuggestions(source))
    process.stdout.write(`${JSON.stringify(suggestion)}\n`);
};

const run = async (env: NodeJS.ProcessEnv): Promise<void> => {
  const { STEPWELL_API_KEY: key, STEPWELL_API_URL: url } = env;
  if (key) return write(fromApi(url || LOCAL_API, key));
  if (url) throw new Error(`STEPWELL_API_URL is set, and STEPWELL_API_KEY is not.\n\n${USAGE}`);
  const folder = await fromFolder(env);
  try {
    await write(folder);
  } finally {
    await folder.close();
  }
};

try {
  await run(process.env);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
