import { apiFunction } from '../api-function.ts';
import { docsHandlers } from './handlers.ts';

export const handler = apiFunction(docsHandlers);
