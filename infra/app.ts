import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { bundleFunctions } from './bundles.ts';
import { FUNCTIONS } from './functions.ts';
import { makeStacks } from './stacks.ts';

const BUNDLES = join(import.meta.dirname, '../.cache/bundles');

/** What `cdk` runs: makes the code of all functions, then the templates. */
const app = new App();
await bundleFunctions(FUNCTIONS, BUNDLES);
makeStacks(app, (name) => Code.fromAsset(join(BUNDLES, name)));
app.synth();
