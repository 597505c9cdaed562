import { apiFunction } from '../api-function.ts';
import { meHandlers } from './handlers.ts';

export const handler = apiFunction(meHandlers);
