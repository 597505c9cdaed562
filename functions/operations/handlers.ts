import { fail } from './fail.ts';
import { get } from './get.ts';
import { hold } from './hold.ts';
import { listOpen } from './list-open.ts';
import { release } from './release.ts';
import { resume } from './resume.ts';
import { setQuotas } from './set-quotas.ts';

export const operationsHandlers = [get, setQuotas, hold, resume, listOpen, release, fail];
