import type { Aws } from './aws.ts';
import { insist } from './report.ts';
import { STACK } from './toolkit.ts';

interface Statement {
  Action: string | string[];
  readonly Resource: unknown;
}
interface Document {
  readonly Version: string;
  readonly Statement: Statement[];
}

/**
 * Does something while a function's role lacks an action, and gives it back then. `role` is how the construct is called,
 * as `Auth`.
 */
export const withoutGrant = async <T>(
  aws: Aws,
  { role, action }: { readonly role: string; readonly action: string },
  act: () => Promise<T>,
): Promise<T> => {
  const iam = (Action: string, parameters: Record<string, string>) =>
    aws.query('iam', { Action, Version: '2010-05-08', ...parameters });
  const roles = tags(await iam('ListRoles', { MaxItems: '1000' }), 'RoleName');
  const RoleName = roles.find((name) => name.startsWith(`${STACK}-${role}Role`));
  insist(RoleName, `There is no role of ${role} among ${roles.join(', ')}.`);
  const [PolicyName] = tags(await iam('ListRolePolicies', { RoleName }), 'member');
  insist(PolicyName, `${RoleName} has no policy.`);
  const [text = ''] = tags(await iam('GetRolePolicy', { RoleName, PolicyName }), 'PolicyDocument');
  const written = text.includes('%7B') ? decodeURIComponent(text) : unescaped(text);
  const put = (PolicyDocument: string) => iam('PutRolePolicy', { RoleName, PolicyName, PolicyDocument });

  const document = JSON.parse(written) as Document;
  const actions = document.Statement.flatMap(({ Action }) => Action);
  insist(actions.includes(action), `${RoleName} was never granted ${action}: ${actions.join(', ')}`);
  const Statement = document.Statement.flatMap((statement) => {
    const Action = [statement.Action].flat().filter((each) => each !== action);
    return Action.length === 0 ? [] : [{ ...statement, Action }];
  });
  await put(JSON.stringify({ ...document, Statement }));
  try {
    return await act();
  } finally {
    await put(written);
  }
};

const tags = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text]) => text ?? '');

const unescaped = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
