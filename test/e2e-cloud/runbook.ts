import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { insist } from './report.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PATIENCE_MILLISECONDS = 240_000;

export type Runbook = ReturnType<typeof makeRunbook>;

/**
 * The commands of `docs/runbook.md`, as whoever keeps a deployment pastes them into a shell: by bash and the AWS
 * CLI. `env` is how they find the emulator instead of AWS.
 */
export const makeRunbook = (env: Readonly<Record<string, string | undefined>>) => {
  const sections = readFileSync(resolve(ROOT, 'docs/runbook.md'), 'utf8').split(/^## /m);
  const blocks = (section: string): string[] =>
    [...section.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].map(([, commands = '']) => commands);
  const [pasteFirst = ''] = blocks(sections[0] ?? '');
  insist(pasteFirst.includes('operator()'), 'The runbook does not begin with what is pasted first.');

  return {
    /**
     * Runs a block of a section, counted from 0, with values in the place of those that it exports as examples. Answers
     * what was printed, errors among it.
     */
    run: async (
      heading: string,
      at: number,
      values: Readonly<Record<string, string>> = {},
    ): Promise<string> => {
      const section = sections.find((each) => each.startsWith(`${heading}\n`));
      const block = blocks(section ?? '')[at];
      insist(block, `The runbook has no block ${at} of commands under "${heading}".`);
      const filled = block.replaceAll(/^( *export )(\w+)=\S+/gm, (line, word: string, name: string) =>
        values[name] === undefined ? line : `${word}${name}='${values[name]}'`,
      );
      const given = Object.entries(values).map(([name, value]) => `export ${name}='${value}'`);
      // Said once more: a shell may have a way of its own to its commands.
      const path = `export PATH='${env.PATH}'`;
      const commands = [path, 'set -euo pipefail', pasteFirst, ...given, filled].join('\n');
      // /dev/stderr can be opened where it is a pipe of the shell's.
      const script = `set -o pipefail\n(\n${commands}\n) 2>&1 | cat`;
      const options = { cwd: ROOT, env: { ...env }, timeout: PATIENCE_MILLISECONDS };
      const { stdout } = await promisify(execFile)('bash', ['-c', script], options).catch(
        (error: Error & { stdout?: string }) => {
          throw new Error(`"${heading}", block ${at}: ${error.stdout ?? error.message}`);
        },
      );
      return stdout;
    },
  };
};
