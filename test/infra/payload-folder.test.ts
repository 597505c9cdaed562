import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { payloadFolder } from '../../infra/local/payload-folder.ts';

const aFolder = () => {
  const path = mkdtempSync(join(tmpdir(), 'stepwell-payloads-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return { path, payloads: payloadFolder(path) };
};

async function* chunksOf(...chunks: readonly (Uint8Array | Error)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    if (chunk instanceof Error) throw chunk;
    yield chunk;
  }
}

const readAll = async (chunks: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const read: Uint8Array[] = [];
  for await (const chunk of chunks) read.push(chunk);
  return Buffer.concat(read);
};

describe('the folder of payloads', () => {
  it('gives back what was written piece by piece, with its size and hash', async () => {
    const { payloads } = aFolder();
    const pieces = [randomBytes(100_000), randomBytes(1), randomBytes(70_000)];
    const whole = Buffer.concat(pieces);

    const written = await payloads.write('exec_1/files/a', chunksOf(...pieces));

    expect(written).toEqual({ size: 170_001, sha256: createHash('sha256').update(whole).digest('hex') });
    expect(await readAll(await payloads.read('exec_1/files/a'))).toEqual(whole);
    expect(await payloads.get('exec_1/files/a')).toEqual(whole);
  });

  it('keeps nothing of what broke off', async () => {
    const { path, payloads } = aFolder();
    const writing = payloads.write('exec_1/files/a', chunksOf(randomBytes(10), new Error('lost')));

    await expect(writing).rejects.toThrow('lost');

    await expect(payloads.read('exec_1/files/a')).rejects.toMatchObject({ code: 'payload.missing' });
    expect(readdirSync(path)).toEqual(['exec_1']);
  });

  it('does not call missing what only cannot be read', async () => {
    const { path, payloads } = aFolder();
    symlinkSync('loop', join(path, 'loop'));
    mkdirSync(join(path, 'folder'));

    for (const read of [payloads.get, payloads.read]) {
      await expect(read('loop')).rejects.toMatchObject({ code: 'ELOOP' });
      await expect(read('none')).rejects.toMatchObject({ code: 'payload.missing' });
      await expect(read('x'.repeat(300))).rejects.toMatchObject({ code: 'payload.missing' });
    }
    await expect(payloads.get('folder')).rejects.toMatchObject({ code: 'payload.missing' });
  });

  it.each(['../outside', '/etc/passwd', '..', 'a/../../b'])('has nothing at %s', async (key) => {
    const { payloads } = aFolder();

    await expect(payloads.read(key)).rejects.toMatchObject({ code: 'payload.missing' });
    await expect(payloads.write(key, chunksOf(randomBytes(1)))).rejects.toMatchObject({
      code: 'payload.missing',
    });
  });

  it('removes an execution with its files', async () => {
    const { payloads } = aFolder();
    await payloads.write('exec_1/files/a', chunksOf(randomBytes(10)));
    await payloads.write('exec_2/files/a', chunksOf(randomBytes(10)));

    await payloads.removePrefix('exec_1/');

    await expect(payloads.read('exec_1/files/a')).rejects.toMatchObject({ code: 'payload.missing' });
    expect(await payloads.get('exec_2/files/a')).toHaveLength(10);
  });

  it('copies an execution with its files, and nothing where there is none', async () => {
    const { payloads } = aFolder();
    await payloads.write('short/exec_1/files/a', chunksOf(randomBytes(10)));

    await payloads.copyPrefix('short/exec_1/', 'long/exec_1/');
    await payloads.copyPrefix('short/exec_2/', 'long/exec_2/');

    expect(await payloads.get('long/exec_1/files/a')).toEqual(await payloads.get('short/exec_1/files/a'));
    await expect(payloads.get('long/exec_2/files/a')).rejects.toMatchObject({ code: 'payload.missing' });
  });
});
