import type { Definition } from '../../../engine/definition.ts';
import type { JournalEvent, WorkflowResponse } from '../../../engine/interpreter/event.ts';
import type { Json, JsonObject } from '../../../engine/item.ts';
import { nodeTypes } from '../../../engine/nodes/registry.ts';
import { makeQuickJs } from '../../../shared/sandbox/quickjs.ts';
import { instantiated } from '../../../shared/templates/instantiate.ts';
import { LIBRARY } from '../../../shared/templates/library.ts';
import { items, makeWorld, START, type World } from '../../engine/engine-world.ts';
import { memoryTables } from '../../engine/memory-tables.ts';
import { unheard } from './heard.ts';
import { peersFor, type Surroundings } from './peers.ts';
import { underWay } from './under-way.ts';

export interface Setting extends Surroundings {
  /** In place of the first type of credential that a node takes. */
  readonly credentials?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, Json>>;
  /** In place of the sample. */
  readonly input?: readonly JsonObject[];
  /** Executions that were before, with what they have left in tables. */
  readonly before?: readonly { readonly from: string; readonly items: readonly JsonObject[] }[];
  /** The trigger; the first node when left out. */
  readonly from?: string;
  /** What a person answers to each link that is sent to them, in turn. */
  readonly answers?: readonly Json[];
  readonly workflows?: Readonly<Record<string, Definition>>;
}

export const templateNamed = (id: string) => {
  const template = LIBRARY.find((each) => each.id === id);
  if (!template) throw new Error(`There is no template ${id}.`);
  return template;
};

const sandbox = makeQuickJs();

/** Makes a workflow of a template and runs it. All that it calls leaves the product as it always does, and is answered on loopback. */
export const runTemplate = async (id: string, setting: Setting = {}) => {
  const template = templateNamed(id);
  const answers = [...(setting.answers ?? [])];

  /** Somebody who gets a link follows it. */
  const follow = (text: string): void => {
    const waitId = /hooks\.test\/resume\/([^/\s"\\]+)\//.exec(text)?.[1];
    if (!waitId || answers.length === 0) return;
    world.inbox.push({ kind: 'callback', waitId, at: world.clock.now(), data: answers.shift() ?? null });
  };

  const peers = await peersFor(template, setting, follow);
  const definition = instantiated(template, {
    credentials: Object.fromEntries(
      template.credentials.map(({ nodeId, types: [type = ''] }) => [
        nodeId,
        setting.credentials?.[nodeId] ?? type,
      ]),
    ),
    values: { ...peers.values, ...setting.values },
  });
  const options: Parameters<typeof makeWorld>[0] = {
    ...underWay(nodeTypes),
    ...peers.ports,
    sandbox: { run: (program) => sandbox.run(program) },
    tables: memoryTables({ now: () => START }),
    credentials: peers.credentials,
    workflows: setting.workflows ?? {},
  };
  let world = makeWorld(options);
  const runFrom = (from: string, given: readonly JsonObject[]) =>
    world.runToEnd(definition, { trigger: { nodeId: from, items: items(...given) } });
  for (const { from, items: given } of setting.before ?? []) {
    await runFrom(from, given);
    world = makeWorld(options);
  }
  const { output, error } = await runFrom(
    setting.from ?? definition.nodes[0]?.id ?? '',
    setting.input ?? template.sampleInput,
  );
  peers.refuseStrange();
  const silent = unheard(definition, allEvents(world), peers.heard());
  if (silent.length > 0) throw new Error(`No server was asked for the answers of ${silent}.`);
  const responded = world.events().find((event) => event.type === 'responded');
  return {
    ...peers.seen(),
    definition,
    output,
    error,
    answered: responded?.type === 'responded' ? answerOf(responded.response) : undefined,
    /** How long it took on the clock, in seconds. */
    seconds: (world.clock.now() - START) / 1_000,
  };
};

/** With those of the executions that it has started. */
const allEvents = (world: World): readonly JournalEvent[] => [
  ...world.events(),
  ...[...world.children.values()].flatMap((child) => allEvents(child.world)),
];

const answerOf = ({ status, body }: WorkflowResponse) => ({
  status,
  body: body.kind === 'json' || body.kind === 'text' ? body.value : body.kind,
});
