import { addUsage, type ChatMessage, textOf, toolUsesOf } from '../ai/port.ts';
import { NodeError } from '../errors.ts';
import type { Item, Json, JsonObject } from '../item.ts';
import { IN_WORDS } from '../schema-words.ts';
import { actAsNode, checkedInput } from './agent/act.ts';
import { type Answer, begin, type Conversation, settle, tellResults } from './agent/conversation.ts';
import { keepMemory, readMemory } from './agent/memory.ts';
import { type AgentParameters, agentParameters } from './agent/parameters.ts';
import { type AgentTool, chatTools, toolProblems } from './agent/tool.ts';
import { chat, needsModel, userText } from './ai-node.ts';
import { defineNode, type NodeCall, type NodeResult, type NodeType } from './define-node.ts';
import { withField } from './field-path.ts';
import { misfits, readSchema, schemaProblems } from './json-schema.ts';

const ANSWER = 'answer';
const MOST_ITEMS = 100;

type Call = NodeCall<AgentParameters>;

/** What may be a tool is told when it is needed: the agent is one of the node types itself. */
type Types = () => ReadonlyMap<string, NodeType>;

export const makeAgent = (types: Types): NodeType =>
  defineNode({
    type: 'ai.agent',
    name: 'Agent',
    description:
      'A model that works on a task with tools: nodes and workflows, with approval where you want it. Every turn is kept, so that an interrupted one goes on where it was.',
    category: 'AI',
    icon: 'bot',
    isAi: true,
    effect: 'write',
    rawParameters: ['prompt', 'memory'],
    verbatimParameters: ['tools', 'schema'],
    parameters: agentParameters,
    check: (written) => [
      ...needsModel(written),
      ...(written.prompt ? [] : [{ pointer: '/prompt', message: 'must say what is to be done' }]),
      ...toolProblems(written.tools, types, written.schema === undefined ? [] : [ANSWER]),
      ...(written.schema === undefined ? [] : schemaProblems(written.schema, '/schema')),
    ],
    example: {
      parameters: {
        model: 'aim_01jd0000000000000000000000',
        instructions: 'You answer questions about orders.',
        prompt: '{{ $json.question }}',
        tools: [
          {
            kind: 'node',
            name: 'readOrder',
            description: 'Reads an order by its number.',
            input: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
            type: 'http.request',
            parameters: { url: 'https://api.example.com/orders/{{ $encodeUrlComponent($parameters.id) }}' },
          },
        ],
      },
      input: [{ json: { question: 'Where is order 7?' } }],
      output: { main: [{ json: { question: 'Where is order 7?', answer: 'On its way.' } }] },
    },
    execute: async (call) => {
      if (call.items.length > MOST_ITEMS)
        throw new NodeError(
          'ai.tooManyItems',
          `${call.items.length} items; an agent takes ${MOST_ITEMS} at a time. Put a loop around it.`,
        );
      return goOn(call, await opening(call, 0, []), types);
    },
    resume: async (call, { reason, notes, calls, children }) => {
      const at = notes as unknown as Conversation;
      if (reason.kind === 'answer' || reason.kind === 'timeout') {
        const index = at.pending.findIndex(({ approved, result }) => approved === null && result === null);
        const isApproved =
          reason.kind === 'answer' && (reason.data as JsonObject | null)?.choice === 'approve';
        const result = isApproved ? null : { content: 'A person did not allow this.', isError: true };
        return goOn(call, settle(at, index, { approved: isApproved, result }), types);
      }
      if (reason.kind !== 'children') return goOn(call, at, types);
      const settled = calls.reduce((state, _call, place) => {
        const index = state.pending.findIndex(
          ({ use, result }) => result === null && toolNamed(call.parameters, use.name)?.kind === 'workflow',
        );
        const child = children[place];
        const content =
          child?.status === 'completed'
            ? child.items.map(({ json }) => json)
            : (child?.error.message ?? 'It was not started.');
        return settle(state, index, {
          result: { content: content as Json, isError: child?.status !== 'completed' },
        });
      }, at);
      return goOn(call, settled, types);
    },
  }) as unknown as NodeType;

const opening = async (call: Call, item: number, done: readonly Answer[]): Promise<Conversation> => {
  const prompt = await call.evaluate(call.parameters.prompt, item);
  if (typeof prompt !== 'string' || prompt.trim() === '')
    throw new NodeError(
      'ai.noText',
      `Item ${item} has no prompt: ${JSON.stringify(prompt ?? null).slice(0, 100)}.`,
    );
  const earlier = await readMemory(call, item);
  return begin(item, [...earlier, userText(prompt)], done);
};

const toolNamed = ({ tools }: AgentParameters, name: string): AgentTool | undefined =>
  tools.find((tool) => tool.name === name);

/** One step further, kept before the next: asks the model, or lets its tools act. */
const goOn = async (call: Call, at: Conversation, types: Types): Promise<NodeResult> => {
  if (at.pending.length === 0) return ask(call, at);
  const approval = at.pending.findIndex(({ approved, result }) => approved === null && result === null);
  if (approval !== -1) return askPerson(call, at, approval);
  const acted = await actAll(call, at, types());
  const workflows = acted.pending.filter(({ result }) => result === null);
  if (workflows.length > 0) return startWorkflows(call, acted, workflows);
  return checkpoint(call, tellResults(acted));
};

/** Puts the conversation into the journal; it goes on at once. */
const checkpoint = (call: Call, at: Conversation): NodeResult => ({
  outputs: {},
  wait: { kind: 'timer', until: call.ports.clock.now(), notes: at as unknown as Json },
});

const ask = async (call: Call, at: Conversation): Promise<NodeResult> => {
  const { parameters: given } = call;
  refuseBeyond(given, at);
  const answers = given.schema
    ? [{ name: ANSWER, description: 'Gives the final answer.', schema: given.schema }]
    : [];
  const left = given.maxCostUsd === null ? null : given.maxCostUsd - (at.usage.costUsd ?? 0);
  const answer = await chat(
    call,
    { ...given, maxCostUsd: left },
    {
      system: given.instructions,
      messages: at.messages,
      tools: [...chatTools(given.tools), ...answers],
      toolChoice: given.schema ? 'any' : 'auto',
      isCached: true,
    },
  );
  const next: Conversation = {
    ...at,
    turns: at.turns + 1,
    usage: addUsage(at.usage, answer.usage),
    messages: [...at.messages, { role: 'assistant', parts: answer.parts } as ChatMessage],
  };
  const used = toolUsesOf(answer);
  if (used.length === 0) return finish(call, next, textOf(answer));
  const final = given.schema && used.find(({ name }) => name === ANSWER);
  if (final && given.schema) {
    const parsed = readSchema(given.schema).safeParse(final.input, IN_WORDS);
    if (parsed.success) return finish(call, next, parsed.data);
    const problem = { content: `Not accepted: ${misfits(parsed.error)}. Answer again.`, isError: true };
    return checkpoint(call, {
      ...next,
      pending: used.map((use) => ({ use, approved: true, result: problem })),
    });
  }
  const pending = used.map((use) => {
    const tool = toolNamed(given, use.name);
    const problem = tool ? problemOf(tool, use.malformed, use.input) : `There is no tool "${use.name}".`;
    return {
      use,
      approved: tool?.needsApproval && problem === null ? null : true,
      result: problem === null ? null : { content: problem, isError: true },
    };
  });
  return checkpoint(call, { ...next, pending });
};

const problemOf = (tool: AgentTool, malformed: string | undefined, input: Json): string | null => {
  if (malformed !== undefined) return 'The input is no JSON.';
  try {
    checkedInput(tool, input);
    return null;
  } catch (thrown) {
    return NodeError.from(thrown).message;
  }
};

const refuseBeyond = (given: AgentParameters, { turns, usage }: Conversation): void => {
  if (turns >= given.maxIterations)
    throw new NodeError(
      'ai.iterations',
      `The agent has not come to an end in ${given.maxIterations} turns, the most that maxIterations allows.`,
    );
  const tokens = usage.inputTokens + usage.outputTokens;
  if (tokens >= given.maxTotalTokens)
    throw new NodeError(
      'ai.tokens',
      `The agent has used ${tokens} tokens; maxTotalTokens allows ${given.maxTotalTokens}.`,
    );
};

/** Uses that may act do so at once and together; a failure is an answer for the model. */
const actAll = async (call: Call, at: Conversation, types: ReturnType<Types>): Promise<Conversation> => {
  const results = await Promise.all(
    at.pending.map(async ({ use, result }, index) => {
      const tool = toolNamed(call.parameters, use.name);
      if (result !== null || tool?.kind !== 'node') return result;
      try {
        const acting = { call, index: at.item, types };
        const key = `${at.item}.${at.turns}.${index}`;
        return { content: await actAsNode(acting, tool, checkedInput(tool, use.input), key), isError: false };
      } catch (thrown) {
        if (call.signal.aborted) throw thrown;
        const { code, message } = NodeError.from(thrown);
        return { content: `${code}: ${message}`, isError: true };
      }
    }),
  );
  return results.reduce<Conversation>((state, result, index) => settle(state, index, { result }), at);
};

const startWorkflows = (call: Call, at: Conversation, uses: Conversation['pending']): NodeResult => ({
  outputs: {},
  wait: {
    kind: 'child',
    notes: at as unknown as Json,
    concurrency: uses.length,
    stopsAtFailure: false,
    children: uses.flatMap(({ use }) => {
      const tool = toolNamed(call.parameters, use.name);
      if (tool?.kind !== 'workflow') return [];
      const { workflowId, version } = tool;
      return [
        {
          kind: 'workflow' as const,
          workflowId,
          version,
          items: [at.item],
          given: [{ json: use.input as JsonObject }],
          isAwaited: true,
        },
      ];
    }),
  },
});

const askPerson = async (call: Call, at: Conversation, index: number): Promise<NodeResult> => {
  const { use } = at.pending[index] ?? {};
  return {
    outputs: {},
    wait: {
      kind: 'approval',
      until: null,
      notes: at as unknown as Json,
      url: await call.link(),
      form: {
        title: `May the agent use "${use?.name}"?`,
        message: JSON.stringify(use?.input ?? {}, null, 2).slice(0, 8_000),
        choices: ['approve', 'reject'],
        fields: [],
      },
    },
  };
};

const finish = async (call: Call, at: Conversation, answer: Json): Promise<NodeResult> => {
  await keepMemory(call, at, answer);
  const done = [...at.done, { answer, steps: at.steps, usage: at.usage }];
  const next = at.item + 1;
  if (next < call.items.length) return checkpoint(call, await opening(call, next, done));
  const { destination, returnSteps } = call.parameters;
  const main = call.items.map((item, index): Item => {
    const made = done[index];
    const json = withField(item.json, destination, made?.answer ?? null);
    return {
      ...item,
      json: returnSteps ? withField(json, 'steps', (made?.steps ?? []) as unknown as Json) : json,
    };
  });
  return { outputs: { main }, pairing: { main: 'same' } };
};
