import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { makeStacks } from '../../infra/stacks.ts';

const ROOT = resolve(import.meta.dirname, '../..');

interface Synthesized {
  readonly data: Template;
  readonly application: Template;
}

/** The templates of a deployment with these settings. The functions are empty: their code is tested elsewhere. */
export const synthesize = (settings: Readonly<Record<string, unknown>> = {}): Synthesized => {
  const empty = mkdtempSync(join(tmpdir(), 'stepwell-empty-'));
  writeFileSync(join(empty, 'empty.mjs'), '');
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
  const app = new App({
    context: { ...context, stepwell: settings },
    outdir: mkdtempSync(join(tmpdir(), 'stepwell-synth-')),
  });
  const { data, application } = makeStacks(app, () => Code.fromAsset(empty));
  // Throws when cdk-nag finds anything that is not acknowledged.
  app.synth();
  return { data: Template.fromStack(data), application: Template.fromStack(application) };
};
