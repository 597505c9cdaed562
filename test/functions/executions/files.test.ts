import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { HttpPort } from '../../../engine/ports.ts';
import { chain, manual } from '../definitions.ts';
import { aWorkbench, type Workbench } from '../workbench.ts';

const SIZE = 9 * 1024 * 1024 + 5;
const content = randomBytes(SIZE);

/** Answers every call with the same file. */
const download: HttpPort = {
  request: () => Promise.reject(new Error('Files are streamed.')),
  stream: async () => ({
    status: 200,
    headers: { 'content-type': 'image/png' },
    url: 'https://example.test/a.png',
    body: (async function* () {
      for (let at = 0; at < SIZE; at += 100_000) yield content.subarray(at, at + 100_000);
    })(),
  }),
};

let bench: Workbench;
let path: string;
let executionId: string;

beforeAll(async () => {
  bench = await aWorkbench(download);
  const call = {
    id: 'call',
    name: 'Call',
    type: 'http.request',
    parameters: { url: 'https://example.test/a.png' },
  };
  const { body: workflow } = await bench.owner('POST', '/workflows', {
    name: 'Any',
    definition: chain(manual, call),
  });
  const { body: execution } = await bench.owner('POST', `/workflows/${workflow.id}/run?wait=10`, {});
  executionId = execution.id;
  const { ref, ...about } = execution.output[0].binary.data;
  expect(about).toMatchObject({ fileName: 'a.png', mediaType: 'image/png', size: SIZE });
  path = `/executions/${execution.id}/files/${ref.split('/').at(-1)}`;
});

describe('a file of an execution', () => {
  it('is read in pieces, as something to be kept and not shown', async () => {
    const pieces: Buffer[] = [];
    for (let from: string | undefined = '0'; from !== undefined; ) {
      const { status, headers, body } = await bench.owner('GET', `${path}?from=${from}`);
      expect([status, headers['content-type']]).toEqual([200, 'application/octet-stream']);
      expect(headers['content-disposition']).toBe('attachment');
      pieces.push(Buffer.from(body, 'base64'));
      from = headers['stepwell-next'];
    }
    expect(pieces.map(({ length }) => length)).toEqual([4 * 1024 * 1024, 4 * 1024 * 1024, 1024 * 1024 + 5]);
    expect(Buffer.concat(pieces).equals(content)).toBe(true);
  });

  it('is nobody else’s', async () => {
    expect((await bench.stranger('GET', path)).status).toBe(404);
    expect((await bench.admin('GET', path)).status).toBe(200);
  });

  it.each(['gone', '..%2Ftrigger', 'a%00b'])('is not %s', async (id) => {
    const { status } = await bench.owner('GET', `/executions/${executionId}/files/${id}`);
    expect([400, 404]).toContain(status);
  });

  it('goes with its execution', async () => {
    expect((await bench.owner('DELETE', `/executions/${executionId}`)).status).toBe(204);
    expect((await bench.owner('GET', path)).status).toBe(404);
  });
});
