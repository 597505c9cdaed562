import { apiFunction } from '../api-function.ts';
import { setupHandlers } from './handlers.ts';

export const handler = apiFunction(setupHandlers);
