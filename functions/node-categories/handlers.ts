import { list } from './list.ts';

export const nodeCategoryHandlers = [list];
