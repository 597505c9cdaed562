import { apiFunction } from '../api-function.ts';
import { credentialHandlers } from './handlers.ts';

export const handler = apiFunction(credentialHandlers);
