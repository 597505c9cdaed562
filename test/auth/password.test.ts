import { argon2Sync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashPassword, NOBODYS_HASH, verifyPassword } from '../../shared/auth/password.ts';

describe('passwords', () => {
  it('are kept as argon2id at OWASP parameters, with a salt of their own', async () => {
    const [first, second] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(first).not.toBe(second);
    expect(await verifyPassword('correct horse', first)).toEqual({ matches: true, outdated: false });
  });

  it.each([
    ['correct horsf', 'another letter'],
    ['correct horse\0', 'a NUL behind it'],
    [' correct horse', 'a blank before it'],
    ['', 'nothing'],
  ])('do not match %j (%s)', async (password) => {
    const kept = await hashPassword('correct horse');
    expect((await verifyPassword(password, kept)).matches).toBe(false);
  });

  it('match however their letters were composed', async () => {
    const kept = await hashPassword('pässwörd');
    expect((await verifyPassword('pa\u0308sswo\u0308rd', kept)).matches).toBe(true);
  });

  it('are told apart behind byte 72', async () => {
    const kept = await hashPassword(`${'x'.repeat(100)}a`);
    expect((await verifyPassword(`${'x'.repeat(100)}b`, kept)).matches).toBe(false);
  });

  it('made with older parameters still match and ask to be made anew', async () => {
    const salt = Buffer.from('0123456789abcdef');
    const tag = argon2Sync('argon2id', {
      message: 'correct horse',
      nonce: salt,
      memory: 8192,
      passes: 1,
      parallelism: 1,
      tagLength: 32,
    });
    const encode = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
    const kept = `$argon2id$v=19$m=8192,t=1,p=1$${encode(salt)}$${encode(tag)}`;
    expect(await verifyPassword('correct horse', kept)).toEqual({ matches: true, outdated: true });
  });

  it('never match the hash that stands for unknown users', async () => {
    expect(await verifyPassword('correct horse', NOBODYS_HASH)).toEqual({ matches: false, outdated: false });
  });
});
