import type { JournalEvent } from '../../engine/interpreter/event.ts';
import type { WaitInfo } from '../../engine/ports.ts';
import type { StoreConnection } from './connection.ts';
import { makeAcceptance } from './execution-acceptance.ts';
import { makeExecutionChanges } from './execution-changes.ts';
import { makeOwnDefinitions } from './execution-definition.ts';
import { forgetExecution } from './execution-forgetting.ts';
import { makeInbox } from './execution-inbox.ts';
import { makeJournals } from './execution-journal.ts';
import { makeExecutionLists } from './execution-lists.ts';
import { makeExecutionReader } from './execution-loading.ts';
import { openLogSource } from './execution-log-source.ts';
import type { ExecutionRecord } from './execution-record.ts';
import { removeExecution } from './execution-removal.ts';
import { seedExecution } from './execution-seed.ts';

export type { JournalWriter } from './execution-journal.ts';
export type { ExecutionRecord } from './execution-record.ts';
export type { ExecutionHead, LoadedExecution } from './loaded-execution.ts';

/** Executions and their journals. */
export const makeExecutionStore = (connection: StoreConnection) => {
  const inbox = makeInbox(connection);
  const { getRow, ...reader } = makeExecutionReader(connection, inbox.readInbox);
  const { putRow, ...acceptance } = makeAcceptance(connection, { get: reader.get, getRow });
  const changes = makeExecutionChanges(connection);
  const { changeColumns, settle, detach } = changes;
  return {
    ...acceptance,
    ...reader,
    ...inbox,
    journal: makeJournals(connection, { putRow, ...changes, ...inbox }),
    settle,
    detach,
    openLog: (id: string) => openLogSource(connection, id),
    ...makeOwnDefinitions(connection),
    seed: (record: Pick<ExecutionRecord, 'id' | 'lifetime'>, events: readonly JournalEvent[]) =>
      seedExecution(connection, record, events),
    /** Leaves only what `events` say, which hold no data. */
    forget: (record: ExecutionRecord, events: readonly JournalEvent[]) =>
      forgetExecution(connection, record, events),
    /** Says what one waits for that has not begun. */
    noteWait: (id: string, wait: WaitInfo) => changeColumns(id, { wait }),
    /** Notes that it was taken up again without having got further. */
    noteRecovery: (id: string, at: Pick<ExecutionRecord, 'recoveries' | 'recoveredAt'>) =>
      changeColumns(id, at),
    ...makeExecutionLists(connection),
    remove: (id: string) => removeExecution(connection, id),
  };
};
