import { currentOperations } from '../operations/current.ts';
import { OPEN_SHARDS } from '../store/execution-keys.ts';
import type { ExecutionHead } from '../store/executions.ts';
import type { TerminalWorld } from './duty.ts';
import { moveQueue } from './slots.ts';

export interface SweepWorld extends TerminalWorld {
  /** What this process looks after already. */
  readonly knows: (executionId: string) => boolean;
  /** Whether the writer who holds a lease may still be at work. */
  readonly isHeld: (lease: NonNullable<ExecutionHead['lease']>) => boolean;
  /** How long a start may take before it counts as lost. */
  readonly startMilliseconds: number;
  /**
   * Takes up one that was left behind several times at one place, and counts it by `note` when it does. Where a process that ends
   * takes all that are open with it, each by itself.
   */
  readonly suspect?: (suspect: {
    readonly executionId: string;
    readonly recoveries: number;
    readonly note: () => Promise<void>;
  }) => void;
  /** Told of each sleeper, where timers are kept in memory and a restart has lost them. */
  readonly wakeAt?: (executionId: string, at: number) => void;
  readonly log: (entry: object) => void;
}

export interface SweepReport {
  readonly open: number;
  readonly woken: number;
  readonly poisoned: number;
}

/** Times an execution is taken up again at one place of its journal before it is failed. */
const MAX_RECOVERIES = 5;
/** Times until it is suspected of being the reason. */
const SUSPECTED_AFTER = 2;
/** Looked at together within a shard. */
const AT_ONCE = 16;

type Verdict = 'queued' | 'known' | 'atWork' | 'asleep' | 'woken' | 'poisoned';

/**
 * Goes through what is open and wakes what nobody looks after: starts that were lost, sleepers that are due, ends whose
 * work was cut short, and what an interpreter has left. Works from the index and the leases alone.
 */
export const sweep = async (world: SweepWorld): Promise<SweepReport> => {
  const { hold } = await currentOperations({ stores: world.stores, now: world.clock.now() });
  if (hold) return { open: 0, woken: 0, poisoned: 0 };
  const round: Round = { world, queues: new Map(), openOf: new Map() };
  const shards = Array.from({ length: OPEN_SHARDS }, (_, shard) => sweepShard(round, shard));
  const verdicts = (await Promise.all(shards)).flat();
  for (const [workflowId, waiting] of round.queues) await moveQueue(world, workflowId, waiting);
  await world.stores.operations.setOpen(round.openOf);
  const count = (verdict: Verdict) => verdicts.filter((each) => each === verdict).length;
  return { open: verdicts.length, woken: count('woken'), poisoned: count('poisoned') };
};

interface Round {
  readonly world: SweepWorld;
  /** Executions that wait for a place, by workflow. */
  readonly queues: Map<string, Set<string>>;
  /** Open executions by owner: what their quota is measured by. */
  readonly openOf: Map<string, number>;
}

const sweepShard = async (round: Round, shard: number): Promise<Verdict[]> => {
  const { executions } = round.world.stores;
  const ids = [...(await executions.listOpen(shard))];
  for (const row of await executions.rowsOf(ids))
    if (row) round.openOf.set(row.ownerId, (round.openOf.get(row.ownerId) ?? 0) + 1);
  const verdicts: Verdict[] = [];
  while (ids.length > 0) {
    const batch = ids.splice(0, AT_ONCE);
    verdicts.push(...(await Promise.all(batch.map((id) => attend(round, id)))));
  }
  return verdicts;
};

/** One that cannot be looked after must not keep the others from it. */
const attend = async ({ world, queues }: Round, executionId: string): Promise<Verdict> => {
  if (world.knows(executionId)) return 'known';
  try {
    const head = await world.stores.executions.head(executionId);
    if (!head) return 'asleep';
    if (!isQueued(head)) return await look(world, head);
    const { workflowId } = head.record;
    queues.set(workflowId, (queues.get(workflowId) ?? new Set()).add(executionId));
    return 'queued';
  } catch (error) {
    world.log({ level: 'error', message: 'sweep failed', executionId, error: String(error) });
    return 'asleep';
  }
};

/** It has not begun and waits for a place: looked after together with the others of its workflow. */
const isQueued = ({ record, hasMail }: ExecutionHead): boolean => record.wait?.kind === 'slot' && !hasMail;

const look = async (world: SweepWorld, head: ExecutionHead): Promise<Verdict> => {
  const { record, lease, position } = head;
  const now = world.clock.now();
  if (lease && world.isHeld(lease)) return 'atWork';
  if (lease) return recover(world, head);
  if (position === 0 && Date.parse(record.startedAt) + world.startMilliseconds > now) return 'asleep';
  // A crash behind its last segment: the row does not say that it waits, and the slice that finds nothing to do will.
  const isShown = record.wait !== null;
  if (head.isParked && isShown && !isDue(head, now)) {
    if (head.wakeAt !== null) world.wakeAt?.(record.id, head.wakeAt);
    return 'asleep';
  }
  await world.poke(record.id);
  return 'woken';
};

/** Parked: its time has come, or something has. */
const isDue = ({ wakeAt, hasMail }: ExecutionHead, now: number): boolean =>
  hasMail || (wakeAt !== null && wakeAt <= now);

/** An interpreter has left it behind. Counted, so that what brings its interpreter down ends. */
const recover = async (world: SweepWorld, { record, position }: ExecutionHead): Promise<Verdict> => {
  const { executions } = world.stores;
  const before = record.recoveredAt === position ? record.recoveries : 0;
  if (before < MAX_RECOVERIES) {
    const note = () => executions.noteRecovery(record.id, { recoveries: before + 1, recoveredAt: position });
    if (world.suspect && before >= SUSPECTED_AFTER) {
      world.suspect({ executionId: record.id, recoveries: before, note });
    } else {
      await note();
      await world.poke(record.id);
    }
    return 'woken';
  }
  const { failExecution } = await import('./fail.ts');
  const loaded = await executions.load(record.id);
  world.log({ level: 'error', message: 'execution poisoned', executionId: record.id });
  if (loaded) await failExecution(world, loaded, poisoned(before));
  return 'poisoned';
};

export const poisoned = (times: number) => ({
  code: 'execution.poisoned',
  message: `It brought its interpreter down ${times} times at the same place: it hangs, or needs more memory than there is.`,
  retryable: false,
});
