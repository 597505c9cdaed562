import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openSegmentFile, type SegmentFile, type SegmentRange } from '../../infra/local/segment-file.ts';

let path: string;
let file: SegmentFile;
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'stepwell-segments-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  path = join(folder, 'journals.db');
  file = openSegmentFile(path);
});

const segment = (sequence: string, body = `body of ${sequence}`, partition = 'p') => ({
  partition,
  sequence,
  expiresAt: 1_800_000_000,
  body,
});
const put = (...given: Parameters<typeof segment>) =>
  file.write({ kind: 'put', segment: segment(...given), isNew: true });
const sequences = (range: Partial<SegmentRange> = {}, from = file) =>
  from
    .read({ partition: 'p', from: '', to: '~', behind: '', limit: 100, isForward: true, ...range })
    .map(({ sequence }) => sequence);

describe('the file of segments', () => {
  it('is not there before there is something to keep', async () => {
    expect(() => statSync(path)).toThrow('ENOENT');
    await put('1');
    expect(statSync(path).isFile()).toBe(true);
  });

  it('is one file when it is closed', async () => {
    await put('1');
    file.close();

    expect(readdirSync(dirname(path))).toEqual(['journals.db']);
    expect(sequences({}, openSegmentFile(path))).toEqual(['1']);
  });

  it('gives back what was put, to whoever opens it', async () => {
    const hard = segment('1', 'ünï\n"quoted"\u0000 \u{1F600}');
    await file.write({ kind: 'put', segment: hard, isNew: true });
    await file.write({ kind: 'put', segment: { ...segment('2'), expiresAt: null }, isNew: false });

    const another = openSegmentFile(path);
    const range = { partition: 'p', from: '', to: '~', behind: '', limit: 9, isForward: true };
    expect(another.read(range)).toEqual([hard, { ...segment('2'), expiresAt: null }]);
  });

  it('keeps the first of a name that must be new, whichever thread writes it, and tells the others', async () => {
    const another = openSegmentFile(path);
    const outcomes = await Promise.all([
      put('1', 'first'),
      put('1', 'second'),
      another.write({ kind: 'put', segment: segment('1', 'third'), isNew: true }),
      put('2'),
    ]);
    expect(outcomes).toEqual([true, false, false, true]);
    expect(file.read({ partition: 'p', from: '1', to: '1', behind: '', limit: 1, isForward: true })).toEqual([
      segment('1', 'first'),
    ]);
  });

  it('puts one in the place of another, prolongs it, and removes it', async () => {
    await put('1', 'old');
    await file.write({ kind: 'put', segment: segment('1', 'new'), isNew: false });
    await file.write({ kind: 'expire', segment: { ...segment('1'), expiresAt: 7 } });
    const range = { partition: 'p', from: '', to: '~', behind: '', limit: 9, isForward: true };
    expect(file.read(range)).toEqual([{ ...segment('1', 'new'), expiresAt: 7 }]);

    await file.write({ kind: 'delete', segment: segment('1') });
    expect(file.read(range)).toEqual([]);
  });

  it('reads a part of one journal, forwards and backwards, from behind a segment on', async () => {
    for (const each of ['1', '2', '3', '4', '5']) await put(each);
    await put('3', 'of another', 'q');

    expect(sequences({ from: '2', to: '4' })).toEqual(['2', '3', '4']);
    expect(sequences({ from: '2', to: '4', isForward: false })).toEqual(['4', '3', '2']);
    expect(sequences({ behind: '3' })).toEqual(['4', '5']);
    expect(sequences({ behind: '3', isForward: false })).toEqual(['2', '1']);
    expect(sequences({ limit: 2 })).toEqual(['1', '2']);
    expect(sequences({ limit: 2, isForward: false })).toEqual(['5', '4']);
  });

  it('says so when it cannot write, to all who wait, and keeps nothing of it', async () => {
    writeFileSync(path, 'This is no database. '.repeat(100));
    const outcomes = await Promise.allSettled([put('1'), put('2')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const reason = { code: 'storage.unavailable', message: expect.stringContaining('not a database') };
    expect(outcomes[0]).toMatchObject({ reason });
    expect(() => sequences()).toThrow(expect.objectContaining(reason));
  });

  it('goes on after a write that failed', async () => {
    await put('1');
    const wrong = { ...segment('2'), body: null as unknown as string };
    const together = [file.write({ kind: 'put', segment: wrong, isNew: false }), put('3')];
    const outcomes = await Promise.allSettled(together);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(outcomes[0]).not.toMatchObject({ reason: { code: 'storage.unavailable' } });
    expect(await put('3')).toBe(true);
    expect(sequences()).toEqual(['1', '3']);
  });
});
