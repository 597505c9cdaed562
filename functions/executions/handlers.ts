import { bulk } from './bulk.ts';
import { cancel } from './cancel.ts';
import { get } from './get.ts';
import { list } from './list.ts';
import { listLogs } from './list-logs.ts';
import { previewRetry } from './preview-retry.ts';
import { readFile } from './read-file.ts';
import { remove } from './remove.ts';
import { resume } from './resume.ts';
import { retry } from './retry.ts';

export const executionHandlers = [
  bulk,
  list,
  get,
  remove,
  listLogs,
  readFile,
  cancel,
  resume,
  previewRetry,
  retry,
];
