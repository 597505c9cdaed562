import { describe, expect, it } from 'vitest';
import { parsePattern } from '../../../engine/events/pattern.ts';
import type { Json, JsonObject } from '../../../engine/item.ts';

/** The event that AWS's documentation of patterns goes by. */
const INSTANCE: JsonObject = {
  version: '0',
  id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  account: '111122223333',
  time: '2017-12-22T18:43:48Z',
  region: 'us-west-1',
  resources: ['arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0'],
  detail: {
    'instance-id': 'i-1234567890abcdef0',
    state: 'terminated',
    'c-count': 5,
    'd-count': 3,
    'x-limit': 301.8,
    'source-ip': '10.0.0.33',
    'source-ip6': '2001:db8::7',
    nothing: null,
    empty: '',
    flag: true,
    tags: ['red', 'green'],
    lines: [
      { sku: 'a', count: 1 },
      { sku: 'b', count: 2, gift: true },
    ],
    none: [],
  },
};

const matches = (pattern: Json, event = INSTANCE): boolean => {
  const result = parsePattern(pattern);
  if ('problem' in result) throw new Error(`${result.problem.pointer} ${result.problem.message}`);
  return result.pattern.matches(event);
};
const detail = (fields: JsonObject): JsonObject => ({ detail: fields });
const problemOf = (pattern: Json) => {
  const result = parsePattern(pattern);
  return 'problem' in result ? result.problem : null;
};

describe('an event pattern', () => {
  it.each<readonly [string, JsonObject, boolean]>([
    ['one value', { source: ['aws.ec2'] }, true],
    ['another value', { source: ['aws.s3'] }, false],
    ['one of several', { source: ['aws.s3', 'aws.ec2'] }, true],
    ['all fields', { source: ['aws.ec2'], region: ['us-west-1'] }, true],
    ['all fields, of which one does not fit', { source: ['aws.ec2'], region: ['eu-west-1'] }, false],
    [
      'a list that shares an element',
      { resources: ['arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0'] },
      true,
    ],
    ['nested fields', detail({ state: ['terminated'] }), true],
    ['a number', detail({ 'c-count': [5] }), true],
    ['a number written otherwise', detail({ 'x-limit': [3.018e2] }), true],
    ['a number as text', detail({ 'c-count': ['5'] }), false],
    ['null', detail({ nothing: [null] }), true],
    ['null for nothing', detail({ missing: [null] }), false],
    ['empty text', detail({ empty: [''] }), true],
    ['null for empty text', detail({ empty: [null] }), false],
    ['true', detail({ flag: [true] }), true],
    ['an element of a list', detail({ tags: ['green', 'blue'] }), true],
    ['prefix', { time: [{ prefix: '2017-12-22' }] }, true],
    ['prefix of a number', detail({ 'c-count': [{ prefix: '5' }] }), false],
    ['prefix in any case', { source: [{ prefix: { 'equals-ignore-case': 'AWS.' } }] }, true],
    ['suffix', { source: [{ suffix: 'ec2' }] }, true],
    ['suffix in another case', { source: [{ suffix: 'EC2' }] }, false],
    ['suffix in any case', { source: [{ suffix: { 'equals-ignore-case': 'EC2' } }] }, true],
    [
      'equals-ignore-case',
      { 'detail-type': [{ 'equals-ignore-case': 'ec2 instance STATE-change notification' }] },
      true,
    ],
    ['wildcard', { source: [{ wildcard: 'aws.*' }] }, true],
    ['wildcard in the middle', { resources: [{ wildcard: 'arn:*:instance/*' }] }, true],
    ['wildcard that overlaps', { source: [{ wildcard: 'aws.ec2*.ec2' }] }, false],
    ['wildcard of the whole', { source: [{ wildcard: '*' }] }, true],
    ['escaped wildcard', { source: [{ wildcard: 'aws.\\*' }] }, false],
    ['anything-but', detail({ state: [{ 'anything-but': 'initializing' }] }), true],
    ['anything-but what it is', detail({ state: [{ 'anything-but': 'terminated' }] }), false],
    ['anything-but a number', detail({ 'x-limit': [{ 'anything-but': 123 }] }), true],
    ['anything-but of a list', detail({ state: [{ 'anything-but': ['stopped', 'terminated'] }] }), false],
    ['anything-but of numbers', detail({ 'x-limit': [{ 'anything-but': [100, 200, 300] }] }), true],
    ['anything-but where there is nothing', detail({ missing: [{ 'anything-but': 'x' }] }), false],
    ['anything-but of a list that has others', detail({ tags: [{ 'anything-but': 'red' }] }), true],
    ['anything-but prefix', detail({ state: [{ 'anything-but': { prefix: 'init' } }] }), true],
    [
      'anything-but one of prefixes',
      detail({ state: [{ 'anything-but': { prefix: ['init', 'term'] } }] }),
      false,
    ],
    ['anything-but suffix', detail({ state: [{ 'anything-but': { suffix: 'ed' } }] }), false],
    [
      'anything-but one of suffixes',
      detail({ state: [{ 'anything-but': { suffix: ['.png', '.rar'] } }] }),
      true,
    ],
    [
      'anything-but in any case',
      detail({ state: [{ 'anything-but': { 'equals-ignore-case': 'TERMINATED' } }] }),
      false,
    ],
    [
      'anything-but several in any case',
      detail({ state: [{ 'anything-but': { 'equals-ignore-case': ['A', 'B'] } }] }),
      true,
    ],
    ['anything-but wildcard', { resources: [{ 'anything-but': { wildcard: '*/lib/*' } }] }, true],
    [
      'anything-but one of wildcards',
      { resources: [{ 'anything-but': { wildcard: ['*/lib/*', '*/i-*'] } }] },
      false,
    ],
    ['numeric range', detail({ 'c-count': [{ numeric: ['>', 0, '<=', 5] }] }), true],
    ['numeric less', detail({ 'd-count': [{ numeric: ['<', 10] }] }), true],
    ['numeric equal', detail({ 'x-limit': [{ numeric: ['=', 3.018e2] }] }), true],
    ['numeric above', detail({ 'c-count': [{ numeric: ['>', 5] }] }), false],
    ['numeric of text', detail({ state: [{ numeric: ['>', 0] }] }), false],
    ['cidr', detail({ 'source-ip': [{ cidr: '10.0.0.0/24' }] }), true],
    ['another cidr', detail({ 'source-ip': [{ cidr: '10.0.1.0/24' }] }), false],
    ['cidr of IPv6', detail({ 'source-ip6': [{ cidr: '2001:db8::/32' }] }), true],
    ['cidr of the other kind', detail({ 'source-ip6': [{ cidr: '10.0.0.0/8' }] }), false],
    ['cidr of what is no address', detail({ state: [{ cidr: '0.0.0.0/0' }] }), false],
    ['exists', detail({ 'c-count': [{ exists: true }] }), true],
    ['exists, being null', detail({ nothing: [{ exists: true }] }), true],
    ['exists not', detail({ 'c-count': [{ exists: false }] }), false],
    ['absent', detail({ missing: [{ exists: false }] }), true],
    ['absent below what is absent', detail({ missing: { deeper: [{ exists: false }] } }), true],
    ['absent, being an empty list', detail({ none: [{ exists: false }] }), true],
    ['absent, being an object', { detail: [{ exists: false }] }, true],
    ['absent or a value', detail({ state: [{ exists: false }, 'terminated'] }), true],
    ['$or', { $or: [{ source: ['aws.s3'] }, { region: ['us-west-1'] }] }, true],
    ['$or that fits nowhere', { $or: [{ source: ['aws.s3'] }, { region: ['eu-west-1'] }] }, false],
    [
      '$or beside another field',
      { source: ['aws.s3'], $or: [{ region: ['us-west-1'] }, { id: ['x'] }] },
      false,
    ],
    [
      '$or of comparisons',
      detail({
        $or: [
          { 'c-count': [{ numeric: ['>', 9] }] },
          { 'd-count': [{ numeric: ['<', 10] }] },
          { 'x-limit': [{ numeric: ['=', 3] }] },
        ],
      }),
      true,
    ],
    [
      '$or in $or',
      detail({ $or: [{ state: ['x'] }, { flag: [true], $or: [{ 'c-count': [1] }, { 'd-count': [3] }] }] }),
      true,
    ],
    ['$or of what is absent', detail({ $or: [{ missing: [{ exists: false }] }, { state: ['x'] }] }), true],
    ['fields of one element', detail({ lines: { sku: ['b'], count: [2] } }), true],
    ['fields of different elements', detail({ lines: { sku: ['a'], count: [2] } }), false],
    ['a field that one of the elements lacks', detail({ lines: { gift: [{ exists: false }] } }), false],
    ['a field that no element has', detail({ lines: { size: [{ exists: false }] } }), true],
    ['a field of a value that has none', detail({ state: { deeper: ['x'] } }), false],
    [
      'the long example',
      {
        time: [{ prefix: '2017-12-22' }],
        detail: {
          state: [{ 'anything-but': 'initializing' }],
          'c-count': [{ numeric: ['>', 0, '<=', 5] }],
          'd-count': [{ numeric: ['<', 10] }],
          'x-limit': [{ 'anything-but': [100, 200, 300] }],
          'source-ip': [{ cidr: '10.0.0.0/8' }],
        },
      },
      true,
    ],
  ])('with %s', (_what, pattern, expected) => {
    expect(matches(pattern)).toBe(expected);
  });

  it('sees own fields only', () => {
    expect(matches(detail({ constructor: [{ exists: true }] }))).toBe(false);
    expect(matches(JSON.parse('{"detail":{"__proto__":{"toString":[{"exists":true}]}}}'))).toBe(false);
  });

  it.each<readonly [Json, string, string]>([
    [{}, '', 'at least one field'],
    [[], '', 'must be an object'],
    ['source', '', 'must be an object'],
    [{ detailType: ['x'] }, '/detailType', 'is no field of an event'],
    [{ source: 'aws.ec2' }, '/source', 'must be an object'],
    [{ source: [] }, '/source', 'at least one value'],
    [{ source: [['a']] }, '/source/0', 'one comparison'],
    [{ source: [{ prefix: 'a', suffix: 'b' }] }, '/source/0', 'one comparison'],
    [{ source: [{ like: 'a' }] }, '/source/0/like', 'there are prefix, suffix'],
    [{ source: [{ constructor: 'a' }] }, '/source/0/constructor', 'is no comparison'],
    [{ source: [{ prefix: 1 }] }, '/source/0/prefix', 'takes a text'],
    [{ source: [{ wildcard: 'a**b' }] }, '/source/0/wildcard', 'two * in a row'],
    [{ source: [{ wildcard: 'a\\b' }] }, '/source/0/wildcard', 'only escape'],
    [{ source: [{ 'anything-but': [1, 'a'] }] }, '/source/0/anything-but', 'only one kind'],
    [{ source: [{ 'anything-but': [] }] }, '/source/0/anything-but', 'only one kind'],
    [{ source: [{ 'anything-but': null }] }, '/source/0/anything-but', 'only one kind'],
    [{ source: [{ 'anything-but': { numeric: ['=', 1] } }] }, '/source/0/anything-but', 'one of prefix'],
    [detail({ a: [{ numeric: ['>'] }] }), '/detail/a/0/numeric', '[operator, number]'],
    [detail({ a: [{ numeric: ['>', '1'] }] }), '/detail/a/0/numeric', 'with numbers'],
    [detail({ a: [{ numeric: ['~', 1] }] }), '/detail/a/0/numeric', 'the operators'],
    [detail({ a: [{ numeric: ['>', 5, '<', 1] }] }), '/detail/a/0/numeric', 'from a lower to a higher'],
    [detail({ a: [{ cidr: '10.0.0.0/99' }] }), '/detail/a/0/cidr', 'a network like'],
    [detail({ a: [{ exists: 'yes' }] }), '/detail/a/0/exists', 'true or false'],
    [{ $or: [{ source: ['a'] }] }, '/$or', 'at least two patterns'],
    [{ $or: [{ source: ['a'] }, {}] }, '/$or/1', 'at least one field'],
    [{ source: ['a'.repeat(5_000)] }, '', 'longer than 4096'],
  ])('%j is refused, and where', (pattern, pointer, message) => {
    expect(problemOf(pattern)).toEqual({ pointer, message: expect.stringContaining(message) });
  });

  it('tells the texts an event must have in a field', () => {
    const literals = (pattern: Json, field: string) => {
      const result = parsePattern(pattern);
      return 'problem' in result ? undefined : result.pattern.literals(field);
    };

    expect(literals({ source: ['a', 'b'] }, 'source')).toEqual(['a', 'b']);
    expect(literals({ source: ['a', { prefix: 'b' }] }, 'source')).toBeNull();
    expect(literals({ source: ['a'] }, 'detail-type')).toBeNull();
    expect(literals({ $or: [{ source: ['a'] }, { source: ['b'] }] }, 'source')).toBeNull();
  });
});
