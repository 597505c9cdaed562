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

/** The policies of the functions' roles, as an operator reads and writes them. */
const rolesOf = (aws: Aws) => {
  const iam = (Action: string, parameters: Record<string, string>) =>
    aws.query('iam', { Action, Version: '2010-05-08', ...parameters });
  return {
    names: async () =>
      tags(await iam('ListRoles', { MaxItems: '1000' }), 'RoleName').filter((name) =>
        name.startsWith(`${STACK}-`),
      ),
    policies: async (RoleName: string) => tags(await iam('ListRolePolicies', { RoleName }), 'member'),
    read: async (RoleName: string, PolicyName: string): Promise<Document> => {
      const [text = ''] = tags(await iam('GetRolePolicy', { RoleName, PolicyName }), 'PolicyDocument');
      return JSON.parse(text.includes('%7B') ? decodeURIComponent(text) : unescaped(text));
    },
    write: (RoleName: string, PolicyName: string, document: Document) =>
      iam('PutRolePolicy', { RoleName, PolicyName, PolicyDocument: JSON.stringify(document) }),
  };
};

/**
 * Does something while a function's role lacks an action, and gives it back then. `role` is how the construct is called,
 * as `Auth`.
 */
export const withoutGrant = async <T>(
  aws: Aws,
  { role, action }: { readonly role: string; readonly action: string },
  act: () => Promise<T>,
): Promise<T> => {
  const roles = rolesOf(aws);
  const names = await roles.names();
  const name = names.find((each) => each.startsWith(`${STACK}-${role}Role`));
  insist(name, `There is no role of ${role} among ${names.join(', ')}.`);
  const policy = (await roles.policies(name)).find((each) => each.includes('DefaultPolicy'));
  insist(policy, `${name} has no policy.`);
  const document = await roles.read(name, policy);
  const actions = document.Statement.flatMap(({ Action }) => Action);
  insist(actions.includes(action), `${name} was never granted ${action}: ${actions.join(', ')}`);
  const Statement = document.Statement.flatMap((statement) => {
    const Action = [statement.Action].flat().filter((each) => each !== action);
    return Action.length === 0 ? [] : [{ ...statement, Action }];
  });
  await roles.write(name, policy, { ...document, Statement });
  try {
    return await act();
  } finally {
    await roles.write(name, policy, document);
  }
};

const ANY_GROUP = /:schedule\/[^/]+\/\*$/;

/**
 * The emulator asks IAM about every schedule as if it were in the group "default". Whoever may touch those of our group may
 * touch those as well, there.
 */
export const namingSchedulesAsTheEmulator = async (aws: Aws): Promise<void> => {
  const roles = rolesOf(aws);
  for (const name of await roles.names()) {
    const documents = (await roles.policies(name)).map((policy) => roles.read(name, policy));
    const Statement = (await Promise.all(documents)).flatMap(({ Statement: all }) =>
      all.flatMap((statement) =>
        typeof statement.Resource === 'string' && ANY_GROUP.test(statement.Resource)
          ? [{ ...statement, Resource: statement.Resource.replace(ANY_GROUP, ':schedule/default/*') }]
          : [],
      ),
    );
    if (Statement.length > 0)
      await roles.write(name, 'AsTheEmulatorNamesSchedules', { Version: '2012-10-17', Statement });
  }
};

const tags = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text]) => text ?? '');

const unescaped = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
