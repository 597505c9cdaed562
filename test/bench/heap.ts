import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** MiB that are in use once everything unreachable is gone, those outside of the heap as well. */
export const usedMebibytes = (): number => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1024 / 1024;
};

/** The most that was in use at the moments of looking, above what was in use before. */
export const peakMeter = (): { look(): void; peak(): number } => {
  const before = usedMebibytes();
  let most = 0;
  return {
    look: () => {
      most = Math.max(most, usedMebibytes() - before);
    },
    peak: () => most,
  };
};
