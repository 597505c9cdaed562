import { apiFunction } from '../api-function.ts';
import { aiHandlers } from './handlers.ts';

export const handler = apiFunction(aiHandlers);
