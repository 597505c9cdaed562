import { apiFunction } from '../api-function.ts';
import { aiModelHandlers } from './handlers.ts';

export const handler = apiFunction(aiModelHandlers);
