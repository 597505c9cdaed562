import { gatewayFunction } from '../gateway-function.ts';
import { perPlatform } from '../per-platform.ts';
import { hooksHandler } from './handlers.ts';

export const handler = gatewayFunction(perPlatform(hooksHandler));
