import { z } from 'zod';
import { NodeError } from '../errors.ts';
import { guestInputOf } from './code/guest-input.ts';
import { resultOf } from './code/result.ts';
import { defineNode } from './define-node.ts';

/** Amendment 23 of the design: what a node may give by one port. */
const MAX_OUTPUT_CHARACTERS = 16 * 1024 * 1024;

export const codeJavascript = defineNode({
  type: 'code.javascript',
  name: 'JavaScript',
  description:
    'Runs your own JavaScript, in a sandbox without network, files or modules: once for all items, or for each item.',
  category: 'Code',
  icon: 'code',
  verbatimParameters: ['code'],
  parameters: z.strictObject({
    mode: z.enum(['all', 'each']).default('all').meta({
      title: 'Run',
      description: 'Once for all items, which are in $items, or once for each, which is in $json.',
    }),
    code: z
      .string()
      .max(100_000)
      .default('return $items;')
      .meta({
        title: 'Code',
        description:
          'The body of a function that returns items: objects, or { json, binary }. It sees $json, $item, $items, $index, $input, $node("Name"), $trigger, $vars, $execution and $workflow, has Buffer and URL, and a console whose lines are kept in the log.',
        format: 'javascript',
        examples: ['return $items.map(({ json }) => ({ total: json.price * json.count }));'],
      }),
    timeoutSeconds: z.number().min(0.1).max(60).default(5).meta({
      title: 'Time limit',
      description: 'Seconds. Code that runs longer is stopped, and the node fails.',
    }),
    memoryMebibytes: z.int().min(16).max(256).default(64).meta({
      title: 'Memory limit',
      description: 'MiB, for the items and all that the code makes of them.',
    }),
  }),
  example: {
    parameters: { code: 'return $items.map(({ json }) => ({ total: json.price * json.count }));' },
    input: [{ json: { price: 3, count: 2 } }],
    output: { main: [{ json: { total: 6 } }] },
  },
  execute: async (call) => {
    const { code, mode, timeoutSeconds, memoryMebibytes } = call.parameters;
    const report = await call.ports.sandbox.run(
      {
        source: code,
        mode,
        input: JSON.stringify(guestInputOf(code, call)),
        now: call.scope(0).now,
        seed: seedOf(call.idempotencyKey),
        milliseconds: timeoutSeconds * 1_000,
        memoryMebibytes,
        outputBytes: MAX_OUTPUT_CHARACTERS,
      },
      call.signal,
    );
    for (const line of report.lines) call.log(line);
    if ('output' in report) return resultOf(report.output, call.items, report.isMemoryFull);
    const { code: errorCode, message, ...rest } = report.error;
    throw new NodeError(errorCode, message, rest);
  },
});

/** The same for every attempt at a node run (FNV-1a). */
const seedOf = (key: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return hash | 0;
};
