import { create } from './create.ts';
import { get } from './get.ts';

export const setupHandlers = [get, create];
