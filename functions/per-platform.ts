import type { Platform } from '../shared/platform.ts';
import { cloudPlatform } from './platform.ts';

/** Something made from the platform when it is first asked for. What failed is tried again by the next to ask. */
export const perPlatform = <T>(make: (platform: Platform) => T): (() => Promise<T>) => {
  let made: { readonly value: T } | undefined;
  return async () => {
    made ??= { value: make(await cloudPlatform()) };
    return made.value;
  };
};
