import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashSecret, matchesHash, newSecret } from '../../shared/auth/secret.ts';
import { verifySignature } from '../../shared/webhooks/verify-signature.ts';
import { hmac } from '../functions/hooks/hook-world.ts';

const SAMPLES = 10_000;

/** Which share of the pairs the first takes longer in, taken in turns: 0.5 where nothing tells them apart. */
const slower = (first: () => unknown, second: () => unknown): number => {
  let wins = 0;
  let ties = 0;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const order = sample % 2 === 0 ? [first, second] : [second, first];
    const times = order.map((call) => {
      const begun = process.hrtime.bigint();
      call();
      return process.hrtime.bigint() - begun;
    });
    const [a = 0n, b = 0n] = sample % 2 === 0 ? times : times.reverse();
    if (a > b) wins += 1;
    if (a === b) ties += 1;
  }
  return (wins + ties / 2) / SAMPLES;
};

const token = newSecret('swh_');
const hash = hashSecret(token);
const almost = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
const other = newSecret('swh_');

const body = randomBytes(256);
const rule = { kind: 'hmac', scheme: 'github', toleranceSeconds: 300 } as const;
const right = hmac('secret', body.toString('latin1'));
/** The text of a header as it comes off the wire: made of one piece, however it was put together here. */
const received = (signature: string) => Buffer.from(`sha256=${signature}`).toString('latin1');
const signed = (signature: string) => {
  const headers = { 'x-hub-signature-256': received(signature) };
  return () => verifySignature(rule, 'secret', { headers, body }, 0);
};

describe('WH-04 timing', () => {
  it.each<readonly [string, () => unknown, () => unknown]>([
    ['a token that is almost right', () => matchesHash(almost, hash), () => matchesHash(other, hash)],
    ['a signature that is almost right', signed(`${right.slice(0, -1)}0`), signed(hmac('other', 'text'))],
  ])('%s takes no other time than one that is all wrong', (_what, close, far) => {
    slower(close, far);
    const share = slower(close, far);

    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.6);
  });
});
