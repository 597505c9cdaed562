import { readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second whatever the hardware (`USER_HZ`). */
const MILLISECONDS_PER_TICK = 10;

/** User and system time of a process so far, in milliseconds; NaN where the system does not say. */
export const processorMilliseconds = (pid: number): number => {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MILLISECONDS_PER_TICK;
};

/** Resident memory of processes together, in MiB. */
export const residentMebibytes = (pids: readonly number[]): number =>
  pids.reduce(
    (sum, pid) => sum + Number(/VmRSS:\s+(\d+) kB/.exec(read(`/proc/${pid}/status`))?.[1]) / 1024,
    0,
  );

/** Of the processes that a process has started and that run. */
export const childrenOf = (pid: number): number[] =>
  read(`/proc/${pid}/task/${pid}/children`)
    .trim()
    .split(' ')
    .filter((each) => each !== '')
    .map(Number);

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
