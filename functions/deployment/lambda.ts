import { ownStores } from '../platform.ts';
import { customResource } from './custom-resource.ts';
import { prepare } from './prepare.ts';

export const handler = customResource(() => prepare(ownStores()));
