import type { ModelConfiguration } from '../../shared/ai/model-configuration.ts';
import { usableCredential } from '../../shared/credentials/resolve.ts';
import { AppError } from '../../shared/errors.ts';
import type { Platform } from '../../shared/platform.ts';

/** Throws where a configuration cannot be that of a model of the provider, or names a credential that is not the admin's own. */
export const refuseUnusable = async (
  { stores }: Platform,
  {
    provider,
    configuration,
    createdBy,
  }: { provider: string; configuration: ModelConfiguration; createdBy: string },
): Promise<void> => {
  const { baseUrl, credentialId } = configuration;
  if (provider === 'openai-compatible' && baseUrl === undefined)
    throw invalid('/configuration/baseUrl', 'is needed: where the server is');
  if (credentialId !== undefined && !(await usableCredential(stores, createdBy, credentialId)))
    throw invalid('/configuration/credentialId', 'is no credential of the admin who keeps the model');
};

const invalid = (pointer: string, message: string) =>
  new AppError('request.invalid', `${pointer} ${message}.`, { errors: [{ pointer, message }] });
