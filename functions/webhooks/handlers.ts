import { create } from './create.ts';
import { get } from './get.ts';
import { list } from './list.ts';
import { listDeliveries } from './list-deliveries.ts';
import { remove } from './remove.ts';
import { replay } from './replay.ts';
import { rotate } from './rotate.ts';
import { update } from './update.ts';

export const webhookHandlers = [list, create, get, update, remove, rotate, listDeliveries, replay];
