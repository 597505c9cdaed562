import { apiFunction } from '../api-function.ts';
import { statsHandlers } from './handlers.ts';

export const handler = apiFunction(statsHandlers);
