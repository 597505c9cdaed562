import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ACCOUNT, type Place, REGION } from './emulator.ts';
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

export interface Outputs {
  readonly ApiUrl: string;
  readonly HooksUrl: string;
  readonly SetupToken: string;
  readonly OperatorFunction: string;
  readonly Table: string;
}

export const STACK = 'Stepwell-main';

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
      const outputs = join(folder, 'outputs.json');
      await cdk('deploy', '--all', '--app', app, '--require-approval', 'never', '--outputs-file', outputs);
      return JSON.parse(readFileSync(outputs, 'utf8'))[STACK];
    },
    destroy: (app: string) => cdk('destroy', STACK, '--app', app, '--force'),
  };
};
