import { apiFunction } from '../api-function.ts';
import { apiKeyHandlers } from './handlers.ts';

export const handler = apiFunction(apiKeyHandlers);
