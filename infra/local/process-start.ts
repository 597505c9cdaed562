import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** When a process began, in whatever form the system gives; null when it does not say. Tells a pid from its next use. */
export const processStart = (pid: number): string | null => {
  try {
    if (process.platform === 'linux') return fieldsOf(pid)[19] ?? null;
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
};

/** Whether a process is over and only its number is left, as nobody has asked how it ended: in a container that may be never. */
export const isDefunct = (pid: number): boolean => {
  try {
    return process.platform === 'linux' && fieldsOf(pid)[0] === 'Z';
  } catch {
    return false;
  }
};

/** Of proc(5), from the third field on, which is the state; the name in the second may hold spaces and brackets. */
const fieldsOf = (pid: number): readonly string[] => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
};
