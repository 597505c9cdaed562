import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ACCOUNT, makeCli, type Place, REGION } from './emulator.ts';
import { run } from './processes.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** How the AWS tools find the emulator instead of AWS. */
const awsEnvironment = ({ url, certificate }: Place): Record<string, string | undefined> => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  NODE_EXTRA_CA_CERTS: certificate,
  AWS_ENDPOINT_URL: url,
  AWS_ENDPOINT_URL_S3: url,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_EC2_METADATA_DISABLED: 'true',
});

/** A shell of an operator: how the commands of the runbook find the emulator, and what they must not ask on the way. */
export const operatorEnvironment = (folder: string, place: Place): Record<string, string | undefined> => ({
  ...awsEnvironment(place),
  PATH: `${makeCli(folder)}:${process.env.PATH}`,
  AWS_CA_BUNDLE: place.certificate,
  AWS_PAGER: '',
  CI: 'true',
  CDK_REQUIRE_APPROVAL: 'never',
  CDK_OUTPUTS_FILE: outputsFile(folder),
});

const outputsFile = (folder: string): string => join(folder, 'outputs.json');

const readOutputs = (folder: string): Outputs => JSON.parse(readFileSync(outputsFile(folder), 'utf8'))[STACK];

export interface Outputs {
  readonly ApiUrl: string;
  readonly HooksUrl: string;
  readonly SetupToken: string;
  readonly OperatorFunction: string;
  readonly Table: string;
}

export const STACK = 'Stepwell-main';

/** Makes the code of every function in a synthesized app another one, as a later release would. */
export const changeCode = (app: string): void => {
  const names = readdirSync(app);
  const hashes = names.flatMap((name) => /^asset\.([0-9a-f]{64})$/.exec(name)?.[1] ?? []);
  const later = new Map(hashes.map((hash) => [hash, createHash('sha256').update(hash).digest('hex')]));
  for (const [hash, other] of later) {
    const folder = join(app, `asset.${other}`);
    renameSync(join(app, `asset.${hash}`), folder);
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.mjs')))
      appendFileSync(join(folder, file), '\n// A later release.\n');
  }
  for (const name of names.filter((each) => each.endsWith('.json'))) {
    const text = readFileSync(join(app, name), 'utf8');
    const changed = text.replaceAll(/[0-9a-f]{64}/g, (hash) => later.get(hash) ?? hash);
    writeFileSync(join(app, name), changed);
  }
};

/** The ordinary CDK CLI, on the emulator. */
export const makeToolkit = (folder: string, place: Place) => {
  const cdk = (...args: string[]) =>
    run({
      file: process.execPath,
      args: [join(ROOT, 'node_modules/aws-cdk/bin/cdk'), ...args],
      cwd: ROOT,
      env: { ...awsEnvironment(place), CI: 'true' },
      log: join(folder, 'cdk.log'),
      milliseconds: 240_000,
    });
  return {
    /** Makes the code and the templates: what the README tells to deploy, with these settings. */
    synthesize: async (name: string, settings: Readonly<Record<string, unknown>>): Promise<string> => {
      const out = join(folder, name);
      mkdirSync(out, { recursive: true });
      const context = Object.entries(settings).flatMap(([key, value]) => [
        '-c',
        `stepwell.${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
      ]);
      await cdk('synth', '--quiet', '--output', out, ...context);
      return out;
    },
    bootstrap: (app: string) => cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`, '--app', app),
    deploy: async (app: string): Promise<Outputs> => {
      const outputs = ['--outputs-file', outputsFile(folder)];
      await cdk('deploy', '--all', '--app', app, '--require-approval', 'never', ...outputs);
      return readOutputs(folder);
    },
    destroy: (app: string) => cdk('destroy', STACK, '--app', app, '--force'),
  };
};
