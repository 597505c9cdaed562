import { apiFunction } from '../api-function.ts';
import { workflowHandlers } from './handlers.ts';

export const handler = apiFunction(workflowHandlers);
