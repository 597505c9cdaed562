import { setTimeout } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { gatheredPokes } from '../../shared/adapters/aws/gathered-pokes.ts';
import { systemClock, systemRandom } from '../../shared/adapters/system.ts';
import { makeInterpreter } from '../../shared/executions/interpret.ts';
import { resumeLinks } from '../../shared/executions/resume-links.ts';
import { once } from '../../shared/once.ts';
import { cloud, ownStores } from '../platform.ts';
import { traced } from '../trace.ts';
import { handleInvocation } from './handle.ts';
import type { Invocation } from './invocation.ts';
import type { NextStep } from './next-step.ts';
import { unlessHeld } from './unless-held.ts';

/** Told with each invocation: always the same, as a deployment has one. */
let expressMachine = '';

const handle = once(() => {
  const {
    vault,
    http,
    mail,
    payloads,
    sandbox,
    sql,
    tokens,
    orchestrator,
    hooksUrl,
    nodeServices,
    providers,
    hold,
  } = cloud();
  const stores = ownStores();
  const { poke: one, pokeMany: many } = orchestrator(() => expressMachine, stores);
  const interpreter = makeInterpreter({
    stores,
    vault: vault(),
    aws: nodeServices(),
    providers: providers(),
    poke: gatheredPokes({ one, many, pause: setTimeout }),
    ports: {
      clock: systemClock,
      random: systemRandom,
      http,
      mail,
      payloads,
      sql,
      sandbox,
      links: resumeLinks(tokens, hooksUrl()),
    },
  });
  const advance = handleInvocation({ interpreter, clock: systemClock, random: systemRandom });
  return unlessHeld(hold(), systemClock.now, advance);
});

/** Called by the state machines. */
export const handler = (invocation: Invocation, context: Context): Promise<NextStep> => {
  expressMachine = invocation.machines.express;
  const { executionId } = invocation.input;
  return traced('slice', { executionId, machine: invocation.machine }, () => handle()(invocation, context));
};
