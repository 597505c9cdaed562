import { z } from 'zod';
import { credentialTypes } from '../../engine/credentials/registry.ts';
import { listCredentialTypes } from '../../shared/contracts/credentials.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const listTypes = defineHandler(listCredentialTypes, async () => ({
  body: {
    data: [...credentialTypes.values()].map(({ type, name, description, fields, authenticate, grant }) => ({
      type,
      name,
      description,
      schema: z.toJSONSchema(fields, { io: 'input' }) as Record<string, unknown>,
      authenticatesHttp: authenticate !== null,
      connects: grant === 'authorizationCode',
    })),
  },
}));
