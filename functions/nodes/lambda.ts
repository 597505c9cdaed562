import { apiFunction } from '../api-function.ts';
import { nodeHandlers } from './handlers.ts';

export const handler = apiFunction(nodeHandlers);
