import { apiFunction } from '../api-function.ts';
import { webhookHandlers } from './handlers.ts';

export const handler = apiFunction(webhookHandlers);
