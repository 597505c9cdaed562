import { create } from './create.ts';
import { get } from './get.ts';
import { list } from './list.ts';
import { pause, resume } from './pause.ts';
import { preview } from './preview.ts';
import { remove } from './remove.ts';
import { update } from './update.ts';

export const scheduleHandlers = [list, create, preview, get, update, remove, pause, resume];
