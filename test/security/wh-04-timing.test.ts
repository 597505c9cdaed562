import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashSecret, matchesHash, newSecret } from '../../shared/auth/secret.ts';
import { verifySignature } from '../../shared/webhooks/verify-signature.ts';
import { hmac } from '../functions/hooks/hook-world.ts';

const SAMPLES = 10_000;
/** Of each kind, so that where one text happens to lie in memory does not matter. */
const TEXTS = 100;

type Call = () => unknown;

/** Which share of the pairs the first takes longer in, taken in turns: 0.5 where nothing tells them apart. */
const slower = (firsts: readonly Call[], seconds: readonly Call[]): number => {
  let wins = 0;
  let ties = 0;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const isTurned = Math.floor(sample / TEXTS) % 2 === 1;
    const pair = [firsts[sample % TEXTS], seconds[sample % TEXTS]];
    const times = (isTurned ? pair.reverse() : pair).map((call) => {
      const begun = process.hrtime.bigint();
      call?.();
      return process.hrtime.bigint() - begun;
    });
    const [a = 0n, b = 0n] = isTurned ? times.reverse() : times;
    if (a > b) wins += 1;
    if (a === b) ties += 1;
  }
  return (wins + ties / 2) / SAMPLES;
};

const many = (make: () => Call): readonly Call[] => Array.from({ length: TEXTS }, make);
/** A text as it comes off the wire: made of one piece, however it was put together here. */
const received = (text: string) => Buffer.from(text).toString('latin1');

const token = newSecret('swh_');
const hash = hashSecret(token);
const almost = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
const presented = (text: string) => {
  const whole = received(text);
  return () => matchesHash(whole, hash);
};

const text = randomBytes(128).toString('hex');
const body = Buffer.from(text);
const rule = { kind: 'hmac', scheme: 'github', toleranceSeconds: 300 } as const;
/** A secret each, so that those that are almost right are as unlike one another as the others are. */
const secrets = Array.from({ length: TEXTS }, () => randomBytes(16).toString('hex'));
const signed = (signatureWith: (secret: string) => string): readonly Call[] =>
  secrets.map((secret) => {
    const headers = { 'x-hub-signature-256': received(`sha256=${signatureWith(secret)}`) };
    return () => verifySignature(rule, secret, { headers, body }, 0);
  });
const almostSigned = (secret: string): string => {
  const right = hmac(secret, text);
  return right.slice(0, -1) + (right.endsWith('0') ? '1' : '0');
};

describe('WH-04 timing', () => {
  it('is measured on what is almost right, and not on what is wrong anyhow', () => {
    for (const call of signed((secret) => hmac(secret, text))) expect(call()).toMatchObject({ valid: true });
    for (const call of signed(almostSigned)) expect(call()).toMatchObject({ valid: false });
    expect(matchesHash(token, hash)).toBe(true);
  });

  it.each<readonly [string, readonly Call[], readonly Call[]]>([
    ['a token that is almost right', many(() => presented(almost)), many(() => presented(newSecret('swh_')))],
    ['a signature that is almost right', signed(almostSigned), signed(() => randomBytes(32).toString('hex'))],
  ])('%s takes no other time than one that is all wrong', (_what, close, far) => {
    slower(close, far);
    const share = slower(close, far);

    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.6);
  });
});
