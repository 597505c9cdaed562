import { create } from './create.ts';
import { get } from './get.ts';
import { list } from './list.ts';
import { remove } from './remove.ts';
import { test } from './test.ts';
import { update } from './update.ts';

export const aiModelHandlers = [list, create, get, update, remove, test];
