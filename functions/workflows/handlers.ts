import { create } from './create.ts';
import { diffVersions } from './diff-versions.ts';
import { duplicate } from './duplicate.ts';
import { exportWorkflow } from './export.ts';
import { get } from './get.ts';
import { getVersion } from './get-version.ts';
import { importWorkflow } from './import.ts';
import { list } from './list.ts';
import { listVersions } from './list-versions.ts';
import { publish } from './publish.ts';
import { remove } from './remove.ts';
import { restoreVersion } from './restore-version.ts';
import { run } from './run.ts';
import { save } from './save.ts';
import { test } from './test.ts';
import { captured, listen } from './test-webhook.ts';
import { unpublish } from './unpublish.ts';
import { update } from './update.ts';
import { validate } from './validate.ts';
import { validateDefinition } from './validate-definition.ts';

export const workflowHandlers = [
  list,
  create,
  validateDefinition,
  importWorkflow,
  exportWorkflow,
  duplicate,
  get,
  save,
  update,
  remove,
  validate,
  listVersions,
  getVersion,
  diffVersions,
  restoreVersion,
  publish,
  unpublish,
  listen,
  captured,
  run,
  test,
];
