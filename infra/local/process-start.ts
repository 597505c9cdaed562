import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** When a process began, in whatever form the system gives; null when it does not say. Tells a pid from its next use. */
export const processStart = (pid: number): string | null => {
  try {
    if (process.platform === 'linux') {
      // Field 22 of proc(5); the name in field 2 may hold spaces and brackets.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
};
