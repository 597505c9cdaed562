import { type App, Tags, Validations } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ApplicationStack } from './application-stack.ts';
import { DataStack } from './data-stack.ts';
import { readDeploymentSettings } from './deployment-settings.ts';

/** The two stacks of a deployment: what must survive, and what can be made again. */
export const makeStacks = (
  app: App,
  code: (name: string) => Code,
): { data: DataStack; application: ApplicationStack } => {
  const settings = readDeploymentSettings((key) => app.node.tryGetContext(key));
  const name = `Stepwell-${settings.stage}`;
  const data = new DataStack(app, `${name}-Data`, {
    description: 'Stepwell: the table, the payloads and the keys',
    retentionDays: settings.retentionDays,
  });
  const application = new ApplicationStack(app, name, {
    description: 'Stepwell: the API, the functions and what moves executions',
    settings,
    data,
    code,
  });
  Tags.of(app).add('stepwell:stage', settings.stage);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { data, application };
};
