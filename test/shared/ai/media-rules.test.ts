import { expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import { mediaRules } from './media-rules.ts';

const refused = (path: string, body: JsonObject) =>
  mediaRules({ path, headers: {}, body: JSON.stringify(body) });
const recording = async (name: string) => {
  const form = new FormData();
  form.set('file', new File(['hello'], name));
  const sent = new Response(form);
  const headers = { 'content-type': sent.headers.get('content-type') ?? '' };
  return mediaRules({ path: '/v1/audio/transcriptions', headers, body: await sent.text() });
};

const TITAN = '/model/amazon.titan-embed-text-v2%3A0/invoke';
const CANVAS = '/model/amazon.nova-canvas-v1%3A0/invoke';
const canvas = (text: string, width: number): JsonObject => ({
  taskType: 'TEXT_IMAGE',
  textToImageParams: { text },
  imageGenerationConfig: { width, height: 512 },
});

it.each<[string, string, JsonObject]>([
  ['an empty text', '/v1/embeddings', { input: ['a', ''] }],
  ['no text', '/v1/embeddings', { input: [] }],
  [
    'a form that there is no choice of',
    '/v1/images/generations',
    { model: 'gpt-image-1', prompt: 'x', size: 'auto', response_format: 'url' },
  ],
  ['a size that is not made', '/v1/images/generations', { model: 'gpt-image-1', prompt: 'x', size: '64x64' }],
  ['too much to say', '/v1/audio/speech', { input: 'x'.repeat(4_097), voice: 'alloy' }],
  ['nobody to say it', '/v1/audio/speech', { input: 'x' }],
  ['an empty text on Bedrock', TITAN, { inputText: '' }],
  ['a number of dimensions that there is not', TITAN, { inputText: 'x', dimensions: 3 }],
  ['a key that is unknown', TITAN, { inputText: 'x', texts: ['x'] }],
  ['a small picture', CANVAS, canvas('x', 64)],
  ['a long wish', CANVAS, canvas('x'.repeat(1_025), 512)],
])('%s is refused', async (_what, path, body) => {
  expect(await refused(path, body)).toHaveLength(1);
});

it('a recording is known by the end of its name', async () => {
  expect(await recording('call.mp3')).toEqual([]);
  expect(await recording('call')).toEqual(['Invalid file format: call.']);
});

it.each<[string, JsonObject]>([
  ['/v1/embeddings', { input: ['a'] }],
  ['/v1/images/generations', { model: 'gpt-image-1', prompt: 'x', size: '1024x1024' }],
  ['/v1/audio/speech', { input: 'x', voice: 'alloy' }],
  [TITAN, { inputText: 'x', dimensions: 256 }],
  [CANVAS, canvas('x', 512)],
])('what is right is taken by %s', async (path, body) => {
  expect(await refused(path, body)).toEqual([]);
});
