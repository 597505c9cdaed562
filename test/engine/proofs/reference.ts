import type { Json, JsonObject } from '../../../engine/item.ts';
import { idOf, type Link, lastSteps, linksOf, type Step } from './random-graph.ts';

/**
 * What a workflow comes to, by its meaning and not by events: each step is worked out whole, after all it hangs on. There is
 * no time in it, no journal and no interpreter.
 */
interface Run {
  readonly id: string;
  /** Where it stands: for each loop its place and turn, then its own place. */
  readonly place: readonly number[];
  readonly inputs: readonly Arrival[];
  readonly outputs: Readonly<Record<string, readonly JsonObject[]>>;
  handedOn: boolean;
}

interface Arrival {
  readonly run: Run;
  readonly port: string;
  readonly into: string;
}

export interface Meaning {
  /** By node, the outputs of its runs in canonical order. */
  readonly runs: Readonly<Record<string, readonly Run['outputs'][]>>;
  readonly output: readonly JsonObject[];
}

const itemsOf = ({ run, port }: Arrival): readonly JsonObject[] => run.outputs[port] ?? [];

const compare = (left: Run, right: Run): number => {
  const length = Math.max(left.place.length, right.place.length);
  for (let at = 0; at < length; at += 1) {
    const difference = (left.place[at] ?? -1) - (right.place[at] ?? -1);
    if (difference !== 0) return difference;
  }
  for (const [index, arrival] of left.inputs.entries()) {
    const other = right.inputs[index];
    if (!other) return 1;
    const byRun = arrival.run === other.run ? 0 : compare(arrival.run, other.run);
    if (byRun !== 0) return byRun;
    if (arrival.port !== other.port) return arrival.port < other.port ? -1 : 1;
  }
  return left.inputs.length - right.inputs.length;
};

const byRun = (left: Arrival, right: Arrival): number =>
  compare(left.run, right.run) || (left.port < right.port ? -1 : 1);

const n = (item: JsonObject): number => Number(item.n ?? 0);

type Work = (items: readonly JsonObject[], id: string) => Run['outputs'];
const main = (items: readonly JsonObject[]): Run['outputs'] => ({ main: items });

/** What the nodes do, a line each. */
const WORK: Readonly<Record<Exclude<Step['kind'], 'merge' | 'loop'>, Work>> = {
  add: (items) => main(items.map((item) => ({ ...item, n: n(item) + 1 }))),
  send: (items, id) => main(items.map((item) => ({ ...item, url: `https://${id}` }))),
  wait: (items) => main(items),
  // What has no number is below nothing.
  below: (items) => ({
    true: items.filter((item) => Number(item.n) < 2),
    false: items.filter((item) => !(Number(item.n) < 2)),
  }),
  fails: (items) => ({
    main: items.filter((item) => n(item) % 2 === 0),
    error: items.filter((item) => n(item) % 2 === 1).map((item) => ({ ...item, error: 'odd' })),
  }),
  split: (items) => main([0, 1].map((i) => ({ ...(items[0] ?? {}), i }))),
};

export const meaningOf = (list: readonly Step[], given: readonly JsonObject[]): Meaning => {
  const all: Run[] = [];
  let order = 0;
  const make = (run: Omit<Run, 'handedOn'>): Run => {
    const made = { ...run, handedOn: false };
    all.push(made);
    return made;
  };

  /** Nodes are counted in the order of the definition; a loop's come behind its head in each of its turns. */
  const places = new Map<Step, number>();
  const count = (steps: readonly Step[]): void => {
    for (const step of steps) {
      order += 1;
      places.set(step, order);
      count(step.body);
    }
  };
  count(list);

  /** Works the steps out, each after those it hangs on; answers the runs of each. */
  const workOut = (
    steps: readonly Step[],
    prefix: string,
    begin: Run,
    beginPort: string,
    turns: readonly number[],
  ): readonly (readonly Run[])[] => {
    const done: Run[][] = [];
    const arrivalsAt = (links: readonly Link[]): Arrival[] =>
      links.flatMap(({ source, sourcePort, targetPort }) => {
        const runs = source === 0 ? [begin] : (done[source - 1] ?? []);
        return runs
          .map((run) => ({ run, port: sourcePort, into: targetPort }))
          .filter((arrival) => itemsOf(arrival).length > 0);
      });
    for (const [index, step] of steps.entries()) {
      const id = idOf(prefix, index);
      const arrivals = arrivalsAt(linksOf(steps, index, beginPort)).sort(byRun);
      for (const { run } of arrivals) run.handedOn = true;
      const own = places.get(step) ?? 0;
      const place = [...turns, own];
      if (step.kind === 'loop') done.push(goRound(step, id, own, turns, arrivals));
      else if (step.kind === 'merge') done.push(merge(id, place, arrivals, linksOf(steps, index, beginPort)));
      else {
        const work = WORK[step.kind];
        done.push(
          arrivals.map((arrival) =>
            make({ id, place, inputs: [arrival], outputs: work(itemsOf(arrival), id) }),
          ),
        );
      }
      done[index]?.sort(compare);
    }
    return done;
  };

  /** The first arrivals of all ports together, then the second ones, and so on. */
  const merge = (
    id: string,
    place: readonly number[],
    arrivals: readonly Arrival[],
    links: readonly Link[],
  ): Run[] => {
    const ports = ['left', 'right'].filter((port) => links.some((link) => link.targetPort === port));
    const queues = ports.map((port) => arrivals.filter((arrival) => arrival.into === port));
    const rounds = Math.max(...queues.map((queue) => queue.length));
    return Array.from({ length: rounds }, (_, round) => {
      const inputs = queues.flatMap((queue) => queue[round] ?? []);
      const item = Object.fromEntries(inputs.map((arrival) => [arrival.into, itemsOf(arrival) as Json]));
      return make({ id, place, inputs, outputs: main([item]) });
    });
  };

  /** All that has come, in batches; what comes back of all of them leaves in the end. */
  const goRound = (
    step: Step,
    id: string,
    own: number,
    turns: readonly number[],
    inputs: readonly Arrival[],
  ): Run[] => {
    if (inputs.length === 0) return [];
    const items = inputs.flatMap(itemsOf);
    const collected: JsonObject[] = [];
    let turn = 0;
    for (; turn * step.batchSize < items.length; turn += 1) {
      const loop = items.slice(turn * step.batchSize, (turn + 1) * step.batchSize);
      const place = [...turns, own, turn];
      const head = make({ id, place: [...place, own], inputs, outputs: { loop } });
      const runs = workOut(step.body, id, head, 'loop', place);
      const back = lastSteps(step.body, 'loop').flatMap(([last, port]) =>
        (runs[last] ?? [])
          .map((run) => ({ run, port, into: 'main' }))
          .filter((each) => itemsOf(each).length > 0),
      );
      for (const { run } of back) run.handedOn = true;
      collected.push(...back.sort(byRun).flatMap(itemsOf));
    }
    return [make({ id, place: [...turns, own, turn, own], inputs, outputs: { done: collected } })];
  };

  const start = make({ id: 'n0', place: [0], inputs: [], outputs: main(given) });
  workOut(list, '', start, 'main', []);
  const sorted = all.toSorted(compare);
  return {
    runs: Object.fromEntries(
      [...Map.groupBy(sorted, (run) => run.id)].map(([id, runs]) => [id, runs.map((run) => run.outputs)]),
    ),
    output: Object.values(sorted.findLast((run) => !run.handedOn)?.outputs ?? {}).flat(),
  };
};
