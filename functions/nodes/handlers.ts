import { get } from './get.ts';
import { list } from './list.ts';

export const nodeHandlers = [list, get];
