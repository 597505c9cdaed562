import type { StoreConnection } from '../../../shared/store/connection.ts';

/** What goes wrong with one call to the store. */
export interface Fault {
  /** Which call, from 1. */
  readonly call: number;
  readonly when: 'before' | 'after';
  /** Of the error the caller sees. */
  readonly name: string;
  /** The call alone, or also all that follow until `heal`. */
  readonly lasts: boolean;
}

export interface FaultyStore {
  readonly connection: StoreConnection;
  /** The operations asked for since the last `watch`, faults included. */
  readonly calls: readonly string[];
  /** Begins to count, and to fail as told. */
  watch(fault?: Fault): void;
  heal(): void;
}

/** A connection whose calls on the path of executions are counted and can be made to fail, before they reach the database or after. */
export const faultyStore = (connection: StoreConnection): FaultyStore => {
  let calls: string[] = [];
  let fault: Fault | undefined;
  const send = async (command: { readonly constructor: { readonly name: string } }): Promise<unknown> => {
    const { name } = command.constructor;
    calls.push(name.replace(/Command$/, ''));
    const { length } = calls;
    const isHit = fault && (fault.lasts ? length >= fault.call : length === fault.call);
    if (!fault || !isHit) return connection.client.send(command as never);
    if (fault.when === 'after' && length === fault.call) await connection.client.send(command as never);
    throw Object.assign(new Error(`injected: ${fault.name}`), { name: fault.name });
  };
  const client = { send } as unknown as StoreConnection['client'];
  return {
    connection: { ...connection, client },
    get calls() {
      return calls;
    },
    watch: (next) => {
      calls = [];
      fault = next;
    },
    heal: () => {
      fault = undefined;
    },
  };
};
