import { getOpenApi } from './get-openapi.ts';
import { getPage } from './get-page.ts';

export const docsHandlers = [getOpenApi, getPage];
