import { apply } from './apply.ts';
import { create } from './create.ts';
import { explain } from './explain.ts';
import { get } from './get.ts';
import { list } from './list.ts';
import { rate } from './rate.ts';

export const aiHandlers = [create, list, get, apply, rate, explain];
