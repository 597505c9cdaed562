import type { ScheduleRecord } from '../store/schedule-record.ts';

/** Whether the clock behind a schedule has confirmed what its row says. */
export const isInLine = ({
  generation,
  inLineGeneration,
}: Pick<ScheduleRecord, 'generation' | 'inLineGeneration'>): boolean => generation === inLineGeneration;
