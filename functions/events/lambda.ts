import { apiFunction } from '../api-function.ts';
import { eventHandlers } from './handlers.ts';

export const handler = apiFunction(eventHandlers);
