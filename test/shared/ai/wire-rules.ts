import type { Json, JsonObject } from '../../../engine/item.ts';

/**
 * What the real services refuse in a conversation, as their documentation and their errors say. A fake server that takes anything would
 * hide that the real one does not.
 */
type Rules = (body: JsonObject) => readonly string[];

const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const list = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as readonly JsonObject[]) : [];
const isObject = (value: Json | undefined): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isBlank = (value: Json | undefined): boolean => typeof value === 'string' && value.trim() === '';
const when = (isWrong: boolean, message: string): readonly string[] => (isWrong ? [message] : []);
const idsOf = (uses: readonly JsonObject[], name: string): readonly string[] =>
  uses.map((use) => String(use[name]));
const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  JSON.stringify(one.toSorted()) === JSON.stringify(other.toSorted());

/** Converse: "Converse" in the API reference of Amazon Bedrock Runtime, and its ValidationExceptions. */
export const converseRules: Rules = ({ messages, system, toolConfig }) => {
  const said = list(messages);
  const tools = list((toolConfig as JsonObject | undefined)?.tools).flatMap(({ toolSpec }) =>
    toolSpec ? [toolSpec as JsonObject] : [],
  );
  const chosen = ((toolConfig as JsonObject | undefined)?.toolChoice as JsonObject | undefined)?.tool as
    | JsonObject
    | undefined;
  const blocks = said.flatMap(({ content }) => list(content));
  const blocksAt = (index: number, name: string) =>
    list(said[index]?.content).flatMap((block) => (block[name] ? [block[name] as JsonObject] : []));
  return [
    ...when(said[0]?.role !== 'user', 'A conversation must start with a user message.'),
    ...when(
      said.some(({ role }, index) => role === said[index - 1]?.role),
      'A conversation must alternate between user and assistant roles.',
    ),
    ...when(
      said.some(({ content }) => list(content).length === 0),
      'The content field in the Message object is empty.',
    ),
    ...when(
      [...blocks, ...list(system)].some(({ text }) => isBlank(text)),
      'The text field in the ContentBlock object is blank.',
    ),
    ...said.flatMap((_message, index) =>
      when(
        !isSame(
          idsOf(blocksAt(index - 1, 'toolUse'), 'toolUseId'),
          idsOf(blocksAt(index, 'toolResult'), 'toolUseId'),
        ),
        'Expected toolResult blocks at messages for exactly the toolUse ids of the message before.',
      ),
    ),
    ...when(
      blocks.some(({ toolUse, toolResult }) => toolUse ?? toolResult) && tools.length === 0,
      'The toolConfig field must be defined when using toolUse and toolResult content blocks.',
    ),
    ...blocks.flatMap(({ toolUse, toolResult }) => [
      ...when(
        toolUse !== undefined && !isObject((toolUse as JsonObject).input),
        'The format of the value at toolUse.input is invalid. Provide a json object.',
      ),
      ...list((toolResult as JsonObject | undefined)?.content).flatMap(({ json, text }) => [
        ...when(json !== undefined && !isObject(json), 'Provide a json object at toolResult.content.json.'),
        ...when(isBlank(text), 'The text field in the ToolResultContentBlock is blank.'),
      ]),
    ]),
    ...tools.flatMap(({ name, description, inputSchema }) => [
      ...when(!NAME.test(String(name)), `Value at toolSpec.name is invalid: ${name}.`),
      ...when(description === '', 'Value at toolSpec.description is too short.'),
      ...when(
        ((inputSchema as JsonObject).json as JsonObject).type !== 'object',
        'toolSpec.inputSchema.json.type must be object.',
      ),
    ]),
    ...when(
      chosen !== undefined && !tools.some(({ name }) => name === chosen.name),
      'toolChoice names no tool.',
    ),
  ];
};

/** Chat completions: OpenAI's API reference and errors; that arguments are JSON is asked by Ollama and llama.cpp. */
export const completionRules: Rules = ({ messages, tools, tool_choice: choice }) => {
  const said = list(messages);
  const names = list(tools).map((tool) => String((tool.function as JsonObject).name));
  const chosen = isObject(choice) ? ((choice as JsonObject).function as JsonObject).name : undefined;
  const resultsAfter = (index: number): readonly string[] => {
    const rest = said.slice(index + 1);
    const end = rest.findIndex(({ role }) => role !== 'tool');
    return idsOf(end < 0 ? rest : rest.slice(0, end), 'tool_call_id');
  };
  return [
    ...said.flatMap(({ role, content, tool_calls: calls }, index) => [
      ...when(
        role === 'assistant' && !isSame(idsOf(list(calls), 'id'), resultsAfter(index)),
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.",
      ),
      ...when(
        role === 'tool' && !['tool', 'assistant'].includes(String(said[index - 1]?.role)),
        "Messages with role 'tool' must be a response to a preceding message with 'tool_calls'.",
      ),
      ...when(
        (content === null || content === undefined) && list(calls).length === 0,
        'Expected a text as content.',
      ),
      ...list(calls).flatMap((call) =>
        when(!isJsonObject(call), 'The arguments of a tool call are no JSON.'),
      ),
    ]),
    ...when(
      names.some((name) => !NAME.test(name)),
      'A name of a function does not fit the pattern.',
    ),
    ...when(chosen !== undefined && !names.includes(String(chosen)), 'tool_choice names no function.'),
    ...when(
      choice !== undefined && names.length === 0,
      'tool_choice is only allowed when tools are specified.',
    ),
  ];
};

const isJsonObject = (call: JsonObject): boolean => {
  try {
    return isObject(JSON.parse(String((call.function as JsonObject).arguments)) as Json);
  } catch {
    return false;
  }
};
