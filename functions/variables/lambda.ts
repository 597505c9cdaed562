import { apiFunction } from '../api-function.ts';
import { variableHandlers } from './handlers.ts';

export const handler = apiFunction(variableHandlers);
