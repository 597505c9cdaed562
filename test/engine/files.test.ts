import { describe, expect, it } from 'vitest';
import { cleanFileName, makeFiles } from '../../engine/files.ts';
import { memoryPayloads } from './memory-payloads.ts';

const aWorld = () => {
  const payloads = memoryPayloads();
  let made = 0;
  const random = { id: () => `id_${made++}`, number: () => 0.5 };
  return { payloads, files: makeFiles({ payloads, random }, 'exec_1') };
};

const bytes = (text: string) => new TextEncoder().encode(text);
const readText = async (chunks: AsyncIterable<Uint8Array>): Promise<string> => {
  let text = '';
  for await (const chunk of chunks) text += Buffer.from(chunk).toString();
  return text;
};

async function* twice(): AsyncGenerator<Uint8Array> {
  yield bytes('one ');
  yield bytes('two');
}

describe('files of an execution', () => {
  it('are kept by reference and read again', async () => {
    const { files } = aWorld();

    const ref = await files.save(twice(), { fileName: 'words.txt', mediaType: 'text/plain' });

    expect(ref).toEqual({
      ref: 'exec_1/files/id_0',
      fileName: 'words.txt',
      mediaType: 'text/plain',
      size: 7,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await readText(await files.open(ref))).toBe('one two');
  });

  it('may be given whole', async () => {
    const { files } = aWorld();
    const ref = await files.save(bytes('all'), { mediaType: 'text/plain' });
    expect(ref).not.toHaveProperty('fileName');
    expect(await readText(await files.open(ref))).toBe('all');
  });

  it.each([
    'exec_2/files/id_0',
    'exec_1/trigger',
    'exec_1/files/../trigger',
    'exec_1/files/../../exec_2/files/id_0',
    'exec_1/files/',
    '/etc/passwd',
    { toString: () => 'exec_1/files/id_0' },
  ])('are opened by their own references only, not by %j', async (ref) => {
    const { payloads, files } = aWorld();
    for (const key of ['exec_2/files/id_0', 'exec_1/trigger'])
      await payloads.put(key, bytes('secret of another'));

    const opening = files.open({ ref: ref as string, mediaType: 'text/plain', size: 17 });

    await expect(opening).rejects.toMatchObject({ code: 'file.notFound' });
  });

  it('that are gone are not found', async () => {
    const { files } = aWorld();
    const opening = files.open({ ref: 'exec_1/files/gone', mediaType: 'text/plain', size: 1 });
    await expect(opening).rejects.toMatchObject({ code: 'file.notFound' });
  });

  it('of another length than their reference says are refused', async () => {
    const { files } = aWorld();
    const ref = await files.save(bytes('all'), { mediaType: 'text/plain' });
    const reading = readText(await files.open({ ...ref, size: 2 }));
    await expect(reading).rejects.toMatchObject({ code: 'file.damaged' });
  });

  it.each(['text', 'text/html\r\nx-evil: 1', '', 'a/b; c'])(
    'with the media type %j are unknown bytes',
    async (mediaType) => {
      const { files } = aWorld();
      expect((await files.save(bytes('x'), { mediaType })).mediaType).toBe('application/octet-stream');
    },
  );
});

it.each([
  ['report.pdf', 'report.pdf'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\me\\a.txt', 'a.txt'],
  ['a\r\nb\0.txt', 'ab.txt'],
  ['exe\u202Efdp.txt', 'exefdp.txt'],
  ['..', ''],
  [`${'x'.repeat(300)}.pdf`, `${'x'.repeat(196)}.pdf`],
  [`${'🧾'.repeat(100)}x`, `${'🧾'.repeat(99)}x`],
  ['half\ud83d.txt', 'half.txt'],
])('the file name %j becomes %j', (written, expected) => {
  expect(cleanFileName(written)).toBe(expected);
});
