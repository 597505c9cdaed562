import { apiFunction } from '../api-function.ts';
import { authHandlers } from './handlers.ts';

export const handler = apiFunction(authHandlers);
