import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { perPlatform } from '../per-platform.ts';
import { hooksHandler } from './handlers.ts';

const handle = perPlatform(hooksHandler);

export const handler = async (event: APIGatewayProxyEventV2, context: Context) =>
  (await handle())(event, context);
