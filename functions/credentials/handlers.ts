import { create } from './create.ts';
import { finishOAuth } from './finish-oauth.ts';
import { get } from './get.ts';
import { list } from './list.ts';
import { listTypes } from './list-types.ts';
import { listUsage } from './list-usage.ts';
import { remove } from './remove.ts';
import { startOAuth } from './start-oauth.ts';
import { test } from './test.ts';
import { update } from './update.ts';

export const credentialHandlers = [
  list,
  create,
  listTypes,
  finishOAuth,
  get,
  update,
  remove,
  test,
  listUsage,
  startOAuth,
];
