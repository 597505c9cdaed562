import { beforeAll, describe, expect, it } from 'vitest';
import { synthesize } from '../infra/synthesized.ts';

type Resources = Readonly<
  Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>
>;

let resources: Resources;
let roleId: string;
beforeAll(() => {
  // With everything that other functions may be allowed.
  resources = synthesize({
    awsNodeActions: ['s3:GetObject', 'sts:AssumeRole'],
    bedrockModels: ['anthropic.claude-3-haiku-20240307-v1:0'],
  }).application.toJSON().Resources as Resources;
  roleId = Object.keys(resources).find((id) => id.startsWith('SandboxRole')) ?? '';
}, 60_000);

const ofType = (type: string) =>
  Object.entries(resources).filter(([, { Type }]) => Type === type || type === '*');
const names = (value: unknown): string => JSON.stringify(value);

describe('SX-14 what code gets hold of with the keys of the function that runs it', () => {
  it('is no permission at all: no policy in the role, none attached to it, and none elsewhere that names it', () => {
    const role = resources[roleId]?.Properties ?? {};
    expect(Object.keys(role)).not.toContain('Policies');
    expect(Object.keys(role)).not.toContain('ManagedPolicyArns');

    const naming = ofType('*')
      .filter(([, { Properties }]) => names(Properties).includes(`"${roleId}"`))
      .map(([, { Type }]) => Type);
    expect(naming).toEqual(['AWS::Lambda::Function']);
  });

  it('is the role of nobody but Lambda', () => {
    const trust = names(resources[roleId]?.Properties.AssumeRolePolicyDocument);
    expect(trust.match(/"[a-z-]+\.amazonaws\.com"/g)).toEqual(['"lambda.amazonaws.com"']);
    expect(trust).not.toContain('"AWS"');
  });

  it('is no name of a table, bucket, key or secret, and no way into a private network', () => {
    const [sandbox] = ofType('AWS::Lambda::Function').filter(([, { Properties }]) =>
      names(Properties.Role).includes(`"${roleId}"`),
    );
    const { Environment = {}, VpcConfig, TracingConfig } = sandbox?.[1].Properties ?? {};
    expect(VpcConfig).toBeUndefined();
    expect(names(TracingConfig ?? null)).not.toContain('Active');
    expect(names(Environment)).not.toMatch(/"(Ref|Fn::GetAtt|Fn::ImportValue|Fn::Sub)"/);
    expect(names(Environment)).not.toMatch(/TABLE|BUCKET|KEY|SECRET|TOKEN/i);
  });
});
