import type { ExpressionScope } from '../../../engine/expression/scope.ts';
import { evaluateTemplate, parseTemplate } from '../../../engine/expression/template.ts';
import { makeFiles } from '../../../engine/files.ts';
import type { ConsoleLine } from '../../../engine/interpreter/event.ts';
import type { BinaryRef, Item } from '../../../engine/item.ts';
import type { NodeCall, NodeType } from '../../../engine/nodes/define-node.ts';
import type { EnginePorts, ResolvedCredential } from '../../../engine/ports.ts';
import { systemClock, systemRandom } from '../../../shared/adapters/system.ts';
import { memoryPayloads } from '../memory-payloads.ts';

interface Setting {
  readonly parameters: object;
  readonly item?: Item;
  readonly ports: Partial<EnginePorts>;
  readonly credential?: ResolvedCredential;
  readonly payloads?: ReturnType<typeof memoryPayloads>;
  readonly signal?: AbortSignal;
}

/** The files of the execution that `callNode` makes believe in. */
export const filesOver = (payloads: ReturnType<typeof memoryPayloads>) =>
  makeFiles({ payloads, random: systemRandom }, 'exec_1');

/** One call of a node with real time and real peers: no interpreter around it, whose clock would run away. */
export const callNode = async <Parameters>(type: NodeType<Parameters>, setting: Setting) => {
  const { item = { json: {} }, payloads = memoryPayloads(), credential = null } = setting;
  const lines: ConsoleLine[] = [];
  const files = filesOver(payloads);
  const scope = (): ExpressionScope => ({
    json: item.json,
    item,
    items: [item],
    index: 0,
    input: { main: [item] },
    trigger: item,
    vars: {},
    secretVars: {},
    execution: { id: 'exec_1', mode: 'production' },
    workflow: { id: 'wf_1', name: 'Orders' },
    now: systemClock.now(),
    timezone: 'UTC',
    random: () => 0.5,
    node: () => undefined,
  });
  const call: NodeCall<Parameters> = {
    parameters: type.parameters.parse(setting.parameters),
    inputs: { main: [item] },
    items: [item],
    index: 0,
    ports: { clock: systemClock, random: systemRandom, payloads, ...setting.ports } as EnginePorts,
    files,
    idempotencyKey: 'exec_1/node/node/0',
    turn: { index: 0, carry: null },
    onError: 'stop',
    signal: setting.signal ?? new AbortController().signal,
    link: async () => 'https://hooks.test/',
    evaluate: (raw, _index, seen) => evaluateTemplate(parseTemplate(raw), { ...scope(), ...seen }),
    scope,
    log: (line) => void lines.push(line),
    spend: () => undefined,
    credential: async () => credential,
  };
  const { outputs } = await type.execute(call);
  const read = async (file: BinaryRef | undefined): Promise<Buffer> => {
    if (!file) throw new Error('There is no such file.');
    const chunks: Uint8Array[] = [];
    for await (const chunk of await files.open(file)) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  return { items: outputs.main ?? [], lines, read };
};
