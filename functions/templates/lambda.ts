import { apiFunction } from '../api-function.ts';
import { templateHandlers } from './handlers.ts';

export const handler = apiFunction(templateHandlers);
