import { apiFunction } from '../api-function.ts';
import { executionHandlers } from './handlers.ts';

export const handler = apiFunction(executionHandlers);
