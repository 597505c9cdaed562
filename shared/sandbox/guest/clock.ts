/** Time stands still and chance can be repeated: what is computed again comes out the same. */
export const guestClock = (now: number, seed: number): void => {
  const RealDate = Date;
  const real = RealDate.prototype;
  const StillDate = function (this: unknown, ...given: unknown[]): unknown {
    if (!new.target) return String(new RealDate(now));
    return Reflect.construct(RealDate, given.length === 0 ? [now] : given, new.target);
  };
  const { defineProperty } = Object;
  defineProperty(StillDate, 'name', { value: 'Date' });
  defineProperty(StillDate, 'prototype', { value: real });
  const replace = (holder: object, name: string, value: unknown): void => {
    defineProperty(holder, name, { value, writable: true, configurable: true });
  };
  replace(real, 'constructor', StillDate);
  replace(StillDate, 'now', () => now);
  replace(StillDate, 'parse', RealDate.parse);
  replace(StillDate, 'UTC', RealDate.UTC);
  replace(globalThis, 'Date', StillDate);

  let chance = seed | 0;
  // Mulberry32.
  Math.random = () => {
    chance = (chance + 0x6d2b79f5) | 0;
    let mixed = Math.imul(chance ^ (chance >>> 15), 1 | chance);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};
