import { describe, expect, it } from 'vitest';
import { compilePaths } from '../../shared/http/path-matcher.ts';

const match = compilePaths([
  { method: 'GET', path: '/things', value: 'list' },
  { method: 'POST', path: '/things', value: 'create' },
  { method: 'POST', path: '/things/check', value: 'check' },
  { method: 'GET', path: '/things/{thingId}', value: 'get' },
  { method: 'GET', path: '/things/{thingId}/parts/{part}', value: 'part' },
]);

describe('compilePaths', () => {
  it.each([
    ['GET', '/things', 'list', {}],
    ['POST', '/things/check', 'check', {}],
    ['GET', '/things/check', 'get', { thingId: 'check' }],
    ['GET', '/things/a%2Fb', 'get', { thingId: 'a/b' }],
    ['GET', '/things/%E2%82%AC/parts/%00', 'part', { thingId: '€', part: '\0' }],
  ])('finds %s %s', (method, path, value, params) => {
    expect(match(method, path)).toEqual({ kind: 'found', value, params });
  });

  it.each([
    ['DELETE', '/things', ['GET', 'POST']],
    ['PUT', '/things/check', ['GET', 'POST']],
  ])('names the methods of a path that does not take %s', (method, path, allowed) => {
    expect(match(method, path)).toEqual({ kind: 'otherMethod', allowed });
  });

  it.each([
    '',
    '/',
    '/thing',
    '/things/',
    '//things',
    '/things/1/parts',
    '/things/1/parts/2/3',
    '/constructor',
  ])('knows nothing under "%s"', (path) => {
    expect(match('GET', path)).toEqual({ kind: 'none' });
  });

  it.each(['/things/%', '/things/%zz', '/things/%ff'])('refuses the encoding of %s', (path) => {
    expect(() => match('GET', path)).toThrow(expect.objectContaining({ code: 'request.invalid' }));
  });

  it('refuses two routes for one place when it is built', () => {
    const twice = { method: 'GET', path: '/things', value: 1 };
    expect(() => compilePaths([twice, twice])).toThrow('Two routes');
  });
});
