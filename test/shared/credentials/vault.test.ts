import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { keyFileService } from '../../../shared/credentials/key-file-service.ts';
import type { KeyService } from '../../../shared/credentials/key-service.ts';
import { makeVault, type Vault } from '../../../shared/credentials/vault.ts';

const CONTEXT = { credentialId: 'cred_1', ownerId: 'usr_1' };
const SECRET = { password: 'correct horse €😀', port: 25, tls: true };

let path: string;
let now = 0;
let keys: KeyService;
let vault: Vault;
const log = vi.fn();

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'stepwell-vault-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  path = join(folder, 'keys', 'credentials.key');
  now = 0;
  log.mockClear();
  keys = keyFileService(path);
  vault = makeVault({ keys, now: () => now, log });
});

const refuses = async (sealed: string, context: Record<string, string> = CONTEXT) => {
  await expect(vault.open(sealed, context)).rejects.toMatchObject({ code: 'credential.unreadable' });
  expect(log).toHaveBeenCalledWith(expect.objectContaining({ message: 'vault refused', context }));
};

describe('the vault', () => {
  it('gives back what was sealed, and another text each time', async () => {
    const [one, two] = [await vault.seal(SECRET, CONTEXT), await vault.seal(SECRET, CONTEXT)];
    expect(await vault.open(one, CONTEXT)).toEqual(SECRET);
    expect(one).not.toBe(two);
    expect(one).not.toContain('horse');
  });

  it('takes a context in any order', async () => {
    const sealed = await vault.seal(SECRET, CONTEXT);
    expect(await vault.open(sealed, { ownerId: 'usr_1', credentialId: 'cred_1' })).toEqual(SECRET);
  });

  it('refuses another context', async () => {
    const sealed = await vault.seal(SECRET, CONTEXT);
    await refuses(sealed, { ...CONTEXT, ownerId: 'usr_2' });
    await refuses(sealed, { ...CONTEXT, more: 'x' });
    await refuses(sealed, {});
  });

  it('refuses a text with any bit changed, cut short or put together from two', async () => {
    const sealed = await vault.seal(SECRET, CONTEXT);
    const other = await vault.seal(SECRET, CONTEXT);
    const parts: { v: number; key: string; text: string } = JSON.parse(sealed);
    for (const name of ['key', 'text'] as const) {
      const bytes = Buffer.from(parts[name], 'base64');
      for (let at = 0; at < bytes.length; at += 1) {
        const bent = Buffer.from(bytes);
        bent[at] = (bent[at] ?? 0) ^ 1;
        await refuses(JSON.stringify({ ...parts, [name]: bent.toString('base64') }));
      }
      for (const length of [0, 5, bytes.length - 1])
        await refuses(JSON.stringify({ ...parts, [name]: bytes.subarray(0, length).toString('base64') }));
    }
    await refuses(JSON.stringify({ ...parts, key: JSON.parse(other).key }));
    await refuses(JSON.stringify({ ...parts, v: 2 }));
    for (const text of ['', 'null', '{}', 'x'.repeat(10_000)]) await refuses(text);
  });

  it('refuses what another key file wrapped', async () => {
    const sealed = await makeVault({ keys: keyFileService(`${path}.other`), now: () => now, log }).seal(
      SECRET,
      CONTEXT,
    );
    await refuses(sealed);
  });

  it('asks for a data key once in five minutes, and keeps a hundred', async () => {
    const decrypt = vi.spyOn(keys, 'decrypt');
    const sealed = await vault.seal(SECRET, CONTEXT);
    await vault.open(sealed, CONTEXT);
    now = 299_000;
    await vault.open(sealed, CONTEXT);
    expect(decrypt).toHaveBeenCalledTimes(1);
    now = 300_000;
    expect(await vault.open(sealed, CONTEXT)).toEqual(SECRET);
    expect(decrypt).toHaveBeenCalledTimes(2);

    for (let index = 0; index < 100; index += 1) {
      const context = { credentialId: `cred_${index}`, ownerId: 'usr_1' };
      await vault.open(await vault.seal(SECRET, context), context);
    }
    await vault.open(sealed, CONTEXT);
    expect(decrypt).toHaveBeenCalledTimes(103);
  });
});

describe('the key file', () => {
  it('is made for its owner only, and made so again', async () => {
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const sealed = await vault.seal(SECRET, CONTEXT);
    chmodSync(path, 0o644);
    const again = makeVault({ keys: keyFileService(path), now: () => now, log });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await again.open(sealed, CONTEXT)).toEqual(SECRET);
  });
});
