import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compile } from '../../../engine/compile/plan.ts';
import type { Definition } from '../../../engine/definition.ts';
import type { JournalEvent } from '../../../engine/interpreter/event.ts';
import { outputOf } from '../../../engine/interpreter/output.ts';
import { ENGINE_RELEASE } from '../../../engine/interpreter/release.ts';
import { emptyState } from '../../../engine/interpreter/state.ts';
import { transition } from '../../../engine/interpreter/transition.ts';
import { echo, makeWorld, respond } from '../engine-world.ts';
import { given, registry, WORKFLOWS } from './workflows.ts';

/**
 * Journals as each release has written them: a line for the definition, then a line for each event. They are never
 * written again: `RECORD_JOURNALS=1` records those of a release that has none yet.
 */
const FOLDER = join(import.meta.dirname, 'journals');
const fileOf = (name: string): string =>
  join(FOLDER, ENGINE_RELEASE, `${name.replace(/[^a-z0-9]+/gi, '-')}.jsonl`);

const answer: typeof echo = async (request, world) => {
  const response = await echo(request, world);
  return request.url.includes('500') ? respond(500, {}) : response;
};

const record = async (name: string): Promise<void> => {
  const shape = WORKFLOWS[name];
  if (!shape) return;
  const world = makeWorld({ registry, workflows: shape.workflows, answer });
  world.inbox.push(...shape.inbox);
  await world.runToEnd(shape.definition, given(shape));
  mkdirSync(join(FOLDER, ENGINE_RELEASE), { recursive: true });
  const lines = [shape.definition, ...world.events()].map((line) => JSON.stringify(line));
  writeFileSync(fileOf(name), `${lines.join('\n')}\n`);
};

it('this release has left a journal of every form of workflow', async () => {
  for (const name of Object.keys(WORKFLOWS)) {
    if (process.env.RECORD_JOURNALS && !existsSync(fileOf(name))) await record(name);
    expect(existsSync(fileOf(name)), `${fileOf(name)}: run with RECORD_JOURNALS=1`).toBe(true);
  }
});

const stored = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.jsonl'),
);

describe.each(stored)('%s', (file) => {
  const [definition, ...events] = readFileSync(join(FOLDER, file), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line)) as [Definition, ...JournalEvent[]];

  it('is still what this engine would have decided', () => {
    const plan = compile(definition, registry);
    const state = emptyState();
    for (const [index, event] of events.entries()) {
      if ('inputs' in event) {
        // A run that this engine would not have begun, or not with these items, would be taken over in silence.
        expect(state.runs[event.run]?.inputs, `event ${index}: ${event.type} ${event.run}`).toEqual(
          event.inputs,
        );
        expect(state.live[event.run], `event ${index}: ${event.type} ${event.run}`).toBe(true);
      }
      if (event.type === 'executionFinished') {
        expect(state.ending?.status ?? 'completed').toBe(event.status);
        if (event.output) expect(outputOf(state).output).toEqual(event.output);
      }
      transition(plan, state, event);
    }
    expect(state.status).toBe(events.at(-1)?.type === 'executionFinished' ? state.ending?.status : 'running');
  });
});
