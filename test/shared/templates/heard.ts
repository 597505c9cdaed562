import type { Definition } from '../../../engine/definition.ts';
import type { JournalEvent } from '../../../engine/interpreter/event.ts';

/** How often each server on loopback was called. */
export type Heard = Readonly<Record<'web' | 'mail' | 'aws' | 'models' | 'database', number>>;

/** Which server hears of what a node does, by its type. Credentials may lead elsewhere: SES sends e-mails, too. */
const LISTENERS: readonly (readonly [type: RegExp, listener: keyof Heard])[] = [
  [/^(?:http|slack|discord|teams|telegram)\.|^aws\.call$/, 'web'],
  [/^email\./, 'mail'],
  [/^aws\./, 'aws'],
  [/^ai\./, 'models'],
  [/^sql\./, 'database'],
];

/** Undefined for a type of node that calls nobody. */
export const listenerOf = (type: string): keyof Heard | undefined =>
  LISTENERS.find(([pattern]) => pattern.test(type))?.[1];

/** The nodes that have got an answer from outside although no server was asked for one. */
export const unheard = (
  { nodes }: Pick<Definition, 'nodes'>,
  events: readonly JournalEvent[],
  heard: Heard,
): readonly string[] => {
  const answered = new Set(
    events.flatMap((event) =>
      event.type === 'nodeSucceeded' &&
      !event.error &&
      Object.values(event.outputs).some((items) => items.length > 0)
        ? [event.nodeId]
        : [],
    ),
  );
  return nodes.flatMap(({ id, type }) => {
    const listener = listenerOf(type);
    return listener !== undefined && answered.has(id) && heard[listener] === 0 ? [id] : [];
  });
};
