import type { Slice } from '../../engine/index.ts';
import type { AwsPort, EnginePorts } from '../../engine/ports.ts';
import type { AiProviders } from '../ai/providers.ts';
import type { Vault } from '../credentials/vault.ts';
import type { JournalWriter } from '../store/executions.ts';
import type { TerminalWorld } from './duty.ts';

/** What an interpreter is made from. */
export interface InterpreterWorld extends Pick<TerminalWorld, 'stores' | 'poke'> {
  readonly ports: Omit<EnginePorts, 'credentials' | 'children' | 'tables' | 'aws' | 'ai'>;
  /** AWS for the nodes of an owner. */
  readonly aws: (ownerId: string) => AwsPort;
  readonly providers: AiProviders;
  readonly vault: Vault;
  /** Told which children run in the slices of their parents, once they are stored and somebody may ask to wake them. */
  readonly onInline?: (executionId: string, isUnderWay: boolean) => void;
}

/** What a slice is given by whoever runs it, and what only the interpreter looks at. */
export interface SliceOptions
  extends Pick<
    Slice,
    | 'deadline'
    | 'letGoAt'
    | 'isHurried'
    | 'waitingCaller'
    | 'longestSleepMilliseconds'
    | 'signal'
    /** Opened before the slice is asked for. */
    | 'mail'
  > {
  /** False: children are left to slices of their own, as one may have brought down the last interpreter. */
  readonly runsChildren?: boolean;
  /** Asked before an execution that nobody has accepted is stored without its end. False: it must not be. */
  readonly mayStore?: () => Promise<boolean>;
  readonly writer: JournalWriter;
  /** Told where in the journal the slice stands, in sequence numbers of the next event: as it was read, and at its end. */
  readonly onPlace?: (place: { readonly read: number; readonly now: number }) => void;
}

export const terminalWorld = ({ stores, ports, poke }: InterpreterWorld): TerminalWorld => ({
  stores,
  poke,
  clock: ports.clock,
});
