import { openDataFolder } from './data-folder.ts';
import { startLocal } from './local-instance.ts';
import { makeLog } from './log.ts';
import { readSettings } from './settings.ts';
import { startMessage } from './start-error.ts';

const say = (line: string): void => console.log(line);

/** Starts Stepwell, says where it is, and stops it on a signal. */
export const run = async (): Promise<void> => {
  try {
    const settings = readSettings(process.env);
    say('Stepwell is starting …');
    const folder = openDataFolder(settings.data, { setupToken: settings.setupToken });
    const log = makeLog({ all: settings.logsAll, write: (line) => process.stderr.write(line) });
    say(`  data          ${folder.path}`);
    const instance = await startLocal(settings, folder, log).catch((error: unknown) => {
      folder.release();
      throw error;
    });
    stopOnSignal(async () => {
      await instance.stop();
      folder.release();
    });
    say(`  database      ${instance.database}`);
    say(`  API           ${instance.apiUrl}/api/v1`);
    say(`  docs          ${instance.apiUrl}/docs`);
    say(`  hooks         ${instance.hooksUrl}/hooks`);
    if (instance.recovered > 0) say(`  recovered     ${instance.recovered} open executions`);
    if (!instance.isSetUp) {
      say(`  set-up token  ${folder.setupToken}`);
      say(`  There is no admin yet: POST ${instance.apiUrl}/api/v1/setup with this token makes the first.`);
    }
    say(`Ready in ${Math.round(performance.now())} ms. Ctrl-C stops it.`);
  } catch (error) {
    console.error(startMessage(error));
    process.exit(1);
  }
};

const stopOnSignal = (stop: () => Promise<void>): void => {
  let stopping = false;
  const end = async (): Promise<void> => {
    // A second signal means: at once.
    if (stopping) process.exit(1);
    stopping = true;
    say('Stopping …');
    await stop();
    say('Stopped. Executions under way go on with the next start.');
    process.exit(0);
  };
  process.on('SIGINT', () => void end());
  process.on('SIGTERM', () => void end());
};
