import { apiFunction } from '../api-function.ts';
import { healthHandlers } from './handlers.ts';

export const handler = apiFunction(healthHandlers);
