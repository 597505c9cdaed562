import { apiFunction } from '../api-function.ts';
import { userHandlers } from './handlers.ts';

export const handler = apiFunction(userHandlers);
