import type { JsonObject } from '../../../engine/item.ts';
import type { HttpPort } from '../../../engine/ports.ts';
import { fakeAi, type Script } from '../../engine/nodes/fake-ai.ts';
import { chain, manual, set } from '../definitions.ts';
import { aWorkbench } from '../workbench.ts';

/** A workbench with a provider that answers as it is told. */
export const aDesk = async (http?: HttpPort) => {
  let fake = fakeAi();
  const provider = {
    chat: (_model: unknown, request: Parameters<typeof fake.ai.chat>[0]) => fake.ai.chat(request),
  };
  const bench = await aWorkbench(http, { 'openai-compatible': async () => provider });
  return {
    ...bench,
    addModel: (overrides: object = {}) =>
      bench.platform.stores.aiModels.create({
        name: 'Told',
        provider: 'openai-compatible',
        modelId: 'told',
        type: 'llm',
        description: null,
        configuration: JSON.stringify({ baseUrl: 'http://127.0.0.1:1/v1' }),
        isActive: true,
        createdBy: bench.people.admin.id,
        ...overrides,
      }),
    /** What the model says next, one answer after the other. Answers what it is asked, as it comes. */
    told: (...script: readonly Script[]) => {
      fake = fakeAi(...script);
      return fake.asked;
    },
  };
};

export type Desk = Awaited<ReturnType<typeof aDesk>>;

/** What a model may propose. */
export const PROPOSAL: JsonObject = {
  name: 'Greeter',
  explanation: 'Greets.',
  definition: chain(manual, set({ greeting: 'Hello' })) as unknown as JsonObject,
  needs: [{ kind: 'value', nodeId: 'set', what: 'The greeting.' }],
};

export const BROKEN_PROPOSAL: JsonObject = {
  ...PROPOSAL,
  definition: { nodes: [{ id: 'a', name: 'A', type: 'no.such' }], edges: [] },
};
