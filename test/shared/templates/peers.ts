import type { Json, JsonObject } from '../../../engine/item.ts';
import type { Template } from '../../../shared/templates/template.ts';
import { NO_AI, NO_SQL } from '../../engine/engine-world.ts';
import type { ReceivedMail } from '../../peers/received-mail.ts';
import { type Dialect, OPEN_AI } from '../ai/dialects.ts';
import { credentialsWith } from './credentials.ts';
import type { Heard } from './heard.ts';
import { type AwsAccount, awsFor } from './peers/aws.ts';
import { databaseOf } from './peers/database.ts';
import { mailFor } from './peers/mail.ts';
import { modelsFor, type Turn } from './peers/models.ts';
import { type WebReplies, webFor } from './peers/web.ts';

/** What is around a run: servers on loopback, and what is in them before. */
export interface Surroundings {
  readonly http?: WebReplies;
  /** What models say, turn by turn. */
  readonly ai?: readonly Turn[];
  /** How they are spoken to; as OpenAI's API has it when left out. */
  readonly dialect?: Dialect;
  /** The SQL that makes the database; without it there is none. */
  readonly database?: string;
  readonly aws?: AwsAccount;
  /** Addresses that the mail server takes nothing for. */
  readonly unknownAddresses?: readonly string[];
}

/** How the path of a value ends that names a model. */
const MODEL = /odel$/;

/** All that a template's run calls, and what it has called. `hear`: what people are told, in mails and messages. */
export const peersFor = async (
  template: Template,
  { http = {}, ai = [], dialect = OPEN_AI, database, aws = {}, unknownAddresses = [] }: Surroundings,
  hear: (text: string) => void,
) => {
  const mails: ReceivedMail[] = [];
  const deliver = (mail: ReceivedMail): void => {
    mails.push(mail);
    hear(`${mail.text} ${mail.html}`);
  };
  const web = webFor(http, ({ body }) => hear(JSON.stringify(body)));
  const [smtp, cloud, models, sql] = await Promise.all([
    mailFor(unknownAddresses, deliver),
    awsFor(aws, deliver),
    template.values.some(({ path }) => MODEL.test(path)) ? modelsFor(dialect, ai) : null,
    database === undefined ? null : databaseOf(database),
  ]);

  const typeOf = (path: string): string =>
    template.definition.nodes.find(({ id }) => path.startsWith(`${id}.`))?.type ?? '';
  /** By how a path ends: what has to be filled in for the workflow to run. */
  const fillings: readonly (readonly [RegExp, (path: string) => Json])[] = [
    [MODEL, (path) => models?.modelOf(typeOf(path)) ?? ''],
    [/orkflowId$/, () => 'wf_1'],
    [/queueUrl$/, () => `${cloud.account.origin}/123456789012/calls`],
  ];
  const values = template.values.flatMap(({ path }): [string, Json][] => {
    const [, fill] = fillings.find(([end]) => end.test(path)) ?? [];
    return fill ? [[path, fill(path)]] : [];
  });

  const sentTo = (to: string) => web.calls.filter((call) => call.to === to).map(({ body }) => body);
  return {
    ports: {
      answer: web.request,
      mail: smtp.mail,
      aws: cloud.aws,
      ai: models?.ai ?? NO_AI,
      sql: sql?.sql ?? NO_SQL,
    },
    credentials: credentialsWith({
      smtp: smtp.credential,
      aws: cloud.credential,
      ...(sql ? { postgresql: sql.credential } : {}),
    }),
    values: Object.fromEntries(values),
    /** Throws when something was called that no peer knows. */
    refuseStrange: (): void => {
      const strange = [...web.unanswered, ...cloud.unknown, ...(models?.unanswered ?? [])];
      if (strange.length > 0) throw new Error(`Nobody answers ${strange}.`);
    },
    heard: (): Heard => ({
      web: web.calls.length,
      mail: mails.length,
      aws: cloud.account.asked.length,
      models: models?.heard() ?? 0,
      database: sql?.heard() ?? 0,
    }),
    seen: () => ({
      calls: web.calls,
      /** What the calls to one address have sent. */
      sentTo,
      slack: sentTo('POST slack.com/api/chat.postMessage').map((body) => (body as JsonObject).text),
      /** As they were received, by SMTP and from SES. */
      mails: mails as readonly ReceivedMail[],
      aws: cloud.account,
      /** What models were asked. */
      asked: models?.asked ?? [],
      /** What is in the database afterwards. */
      rows: async (query: string): Promise<readonly JsonObject[]> => (sql ? sql.rows(query) : []),
    }),
  };
};
