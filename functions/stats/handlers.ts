import { get } from './get.ts';

export const statsHandlers = [get];
