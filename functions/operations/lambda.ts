import { apiFunction } from '../api-function.ts';
import { operationsHandlers } from './handlers.ts';

export const handler = apiFunction(operationsHandlers);
