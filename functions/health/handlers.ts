import { get } from './get.ts';

export const healthHandlers = [get];
