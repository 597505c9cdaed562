import type { z } from 'zod';
import { credentialTypes } from '../../engine/credentials/registry.ts';
import type { CredentialData } from '../../engine/ports.ts';
import type { credentialDetail } from '../contracts/credentials.ts';
import type { Platform } from '../platform.ts';
import type { CredentialRecord } from '../store/credentials.ts';
import { splitData } from './check-data.ts';
import { fingerprintOf } from './token-life.ts';

type Detail = z.input<typeof credentialDetail>;

/** A credential as the API tells it. */
export const detailOf = async (platform: Platform, record: CredentialRecord, data: CredentialData) => ({
  ...record,
  allowedHosts: [...record.allowedHosts],
  ...splitData(record.type, data),
  connection: await connectionOf(platform, record, data),
});

const connectionOf = async (
  { stores, clock }: Platform,
  { id, type }: CredentialRecord,
  data: CredentialData,
): Promise<Detail['connection']> => {
  const grant = credentialTypes.get(type)?.grant ?? null;
  if (grant === null) return null;
  const kept = await stores.oauthTokens.get(id);
  if (!kept || kept.fingerprint !== fingerprintOf(grant, data))
    return { status: 'notConnected', validUntil: null, problem: null };
  const { validUntil, problem } = kept;
  const isValid = kept.sealed !== null && (validUntil === null || validUntil > clock.now());
  return {
    status: isValid || problem === null ? 'connected' : 'failed',
    validUntil: validUntil === null ? null : new Date(validUntil).toISOString(),
    problem: problem?.reason ?? null,
  };
};
