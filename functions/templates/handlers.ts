import { create } from './create.ts';
import { get } from './get.ts';
import { instantiate } from './instantiate.ts';
import { list } from './list.ts';
import { remove } from './remove.ts';
import { update } from './update.ts';

export const templateHandlers = [list, get, instantiate, create, update, remove];
