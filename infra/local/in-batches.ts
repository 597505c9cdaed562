/** Passes on together what is given in one turn of the event loop. */
export const inBatches = <T>(passOn: (batch: readonly T[]) => void): ((each: T) => void) => {
  let batch: T[] = [];
  const flush = (): void => {
    const full = batch;
    batch = [];
    passOn(full);
  };
  return (each) => {
    if (batch.push(each) === 1) setImmediate(flush);
  };
};
