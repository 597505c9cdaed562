import { create } from './create.ts';
import { list } from './list.ts';
import { remove } from './remove.ts';
import { rotate } from './rotate.ts';

export const apiKeyHandlers = [list, create, rotate, remove];
