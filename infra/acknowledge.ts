import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Says why a rule of cdk-nag does not hold for a construct and what is below it: rule → reason. */
export const acknowledge = (construct: IConstruct, reasons: Readonly<Record<string, string>>): void => {
  if (Object.keys(reasons).length === 0) return;
  Validations.of(construct).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
};

/** How cdk-nag writes a name that is known only when it is deployed. */
export const findingOf = (scope: IConstruct, arn: string): string => flatten(Stack.of(scope).resolve(arn));

const flatten = (part: unknown): string => {
  if (typeof part !== 'object' || part === null) return String(part);
  const [[kind, value] = []] = Object.entries(part);
  if (kind === 'Fn::Join') return (value as [string, unknown[]])[1].map(flatten).join('');
  return `<${[value].flat().join('.')}>`;
};
