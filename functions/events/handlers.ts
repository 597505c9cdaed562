import { put } from './put.ts';
import { testPattern } from './test-pattern.ts';

export const eventHandlers = [put, testPattern];
