import { type Aws, makeAws } from './aws.ts';
import type { Place } from './emulator.ts';
import { type Answer, type Call, callGateway } from './http.ts';
import { eventually, insist, type Report } from './report.ts';
import type { Outputs } from './toolkit.ts';

/** Milliseconds. Functions that are started all at once on a small machine take their time; what never comes is found all the same. */
const PATIENCE = 120_000;

export const PASSWORD = 'a long enough password';

/** Edges as `from>to` or `from:port>to`. */
export interface Sketch {
  readonly nodes: readonly object[];
  readonly edges?: readonly string[];
  readonly settings?: object;
}

export interface Workflow {
  readonly id: string;
  /** Addresses of its webhooks, in the order of its nodes. */
  readonly hooks: readonly string[];
}

export type Cloud = ReturnType<typeof makeCloud>;

/** A deployment as its users have it, and as its operator has it. */
export const makeCloud = (options: { place: Place; outputs: Outputs; report: Report }) => {
  const { place, outputs, report } = options;
  const aws: Aws = makeAws(place);
  const secrets: string[] = [outputs.SetupToken];
  let authorization = '';

  /** A request to the API under `/api/v1`. */
  const call = (method: string, path: string, call: Call = {}): Promise<Answer> =>
    callGateway(place.certificate, method, `${outputs.ApiUrl}/api/v1${path}`, {
      ...call,
      headers: { ...(authorization ? { authorization } : {}), ...call.headers },
    });

  /** The same, which must be answered so. */
  const ask = async (status: number, method: string, path: string, body?: unknown) => {
    const answer = await call(method, path, body === undefined ? {} : { body });
    insist(
      answer.status === status,
      `${method} ${path} was answered ${answer.status} instead of ${status}: ${JSON.stringify(answer.body).slice(0, 800)}`,
    );
    return answer.body;
  };

  const execution = (id: string) => ask(200, 'GET', `/executions/${id}`);

  return {
    report,
    aws,
    outputs,
    call,
    ask,
    execution,
    hook: (method: string, address: string, given: Call = {}) =>
      callGateway(place.certificate, method, address, given),
    signIn: async (username: string, password: string) => {
      const { accessToken } = await ask(200, 'POST', '/auth/login', { username, password });
      authorization = `Bearer ${accessToken}`;
      secrets.push(accessToken);
    },
    /** Makes a workflow and publishes it. */
    publish: async (name: string, sketch: Sketch): Promise<Workflow> => {
      const { id } = await ask(201, 'POST', '/workflows', { name, definition: definitionOf(sketch) });
      const { webhooks } = await ask(200, 'POST', `/workflows/${id}/publish`, {});
      return { id, hooks: webhooks.map((hook: { url: string }) => hook.url) };
    },
    /** Starts a workflow by hand and answers the execution's id. */
    run: async ({ id }: Workflow, json: object = {}): Promise<string> => {
      const body = { items: [{ json }] };
      const answer = await ask(202, 'POST', `/workflows/${id}/run`, body);
      return answer.id;
    },
    /** The execution, once it has ended; it must have ended like that. */
    ended: async (id: string, status = 'completed', within = PATIENCE) => {
      const end = await eventually(
        async () => {
          const found = await execution(id);
          return found.finishedAt === null ? null : found;
        },
        { within, what: `The end of ${id}` },
      );
      insist(end.status === status, `${id} is ${end.status}: ${end.errorCode} ${end.errorMessage}`);
      return end;
    },
    /** The execution, once it waits like that. */
    waiting: (id: string, kind: string) =>
      eventually(
        async () => {
          const found = await execution(id);
          insist(found.finishedAt === null, `${id} is ${found.status}: ${found.errorMessage}`);
          return found.wait?.kind === kind ? found : null;
        },
        { within: PATIENCE, what: `${kind} of ${id}` },
      ),
    /** Notes a secret that no log may ever contain, and answers it. */
    plant: (secret: string): string => {
      secrets.push(secret);
      return secret;
    },
    secrets: secrets as readonly string[],
  };
};

export const definitionOf = ({ nodes, edges = [], settings = {} }: Sketch) => ({
  nodes: nodes.map((node, at) => ({
    name: (node as { id: string }).id,
    position: { x: at * 200, y: 0 },
    ...node,
  })),
  edges: edges.map((edge) => {
    const [, source, sourcePort, target, targetPort] =
      /^([\w-]+)(?::([\w-]+))?>([\w-]+)(?::([\w-]+))?$/.exec(edge) ?? [];
    return {
      source,
      target,
      ...(sourcePort ? { sourcePort } : {}),
      ...(targetPort ? { targetPort } : {}),
    };
  }),
  settings,
});

export const MANUAL = { id: 'start', type: 'trigger.manual', parameters: {} } as const;
