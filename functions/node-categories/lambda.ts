import { apiFunction } from '../api-function.ts';
import { nodeCategoryHandlers } from './handlers.ts';

export const handler = apiFunction(nodeCategoryHandlers);
