import { apiFunction } from '../api-function.ts';
import { scheduleHandlers } from './handlers.ts';

export const handler = apiFunction(scheduleHandlers);
