import { create } from './create.ts';
import { get } from './get.ts';
import { importOpenApi } from './import-openapi.ts';
import { list } from './list.ts';

export const nodeHandlers = [list, get, create, importOpenApi];
