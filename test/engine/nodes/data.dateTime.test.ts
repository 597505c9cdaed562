import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../engine/item.ts';
import { checkNode, runNode } from './run-node.ts';

const dateTime = async (parameters: JsonObject, json: JsonObject = {}) => {
  const { outputs, error } = await runNode({ type: 'data.dateTime', parameters, given: [json] });
  return { result: outputs.main?.[0]?.date, error };
};

describe('data.dateTime', () => {
  it.each<[string, Json]>([
    ['2026-03-29T01:30:00+01:00', '2026-03-29T00:30:00.000Z'],
    ['2026-03-29', '2026-03-29T00:00:00.000Z'],
    ['Sun, 29 Mar 2026 01:30:00 GMT', '2026-03-29T01:30:00.000Z'],
    ['2026-03-29 01:30:00', '2026-03-29T01:30:00.000Z'],
    ['1774747800', '2026-03-29T01:30:00.000Z'],
  ])('reads %s', async (value, expected) => {
    expect((await dateTime({ value })).result).toBe(expected);
  });

  it.each([
    [1_774_747_800, '2026-03-29T01:30:00.000Z'],
    [1_774_747_800_000, '2026-03-29T01:30:00.000Z'],
  ])('reads the number %i as seconds or milliseconds', async (value, expected) => {
    expect((await dateTime({ value })).result).toBe(expected);
  });

  it('reads and writes patterns in a zone', async () => {
    const parameters = {
      value: '29/03/2026 14:05',
      inputPattern: 'dd/MM/yyyy HH:mm',
      timezone: 'America/New_York',
      output: 'pattern',
      pattern: "cccc d LLLL yyyy 'at' HH:mm ZZ",
    };
    expect((await dateTime(parameters)).result).toBe('Sunday 29 March 2026 at 14:05 -04:00');
  });

  it.each<[JsonObject, Json]>([
    [{ operation: 'add', value: '2026-01-31', amount: 1, unit: 'month' }, '2026-02-28T00:00:00.000Z'],
    [
      { operation: 'add', value: '2026-03-28T12:00:00', amount: 1, unit: 'day', timezone: 'Europe/Berlin' },
      '2026-03-29T12:00:00.000+02:00',
    ],
    [
      { operation: 'add', value: '2026-03-28T12:00:00', amount: 24, unit: 'hour', timezone: 'Europe/Berlin' },
      '2026-03-29T13:00:00.000+02:00',
    ],
    [{ operation: 'difference', value: '2026-01-01', until: '2026-01-03T12:00:00Z', unit: 'day' }, 2.5],
    [{ operation: 'difference', value: '2026-03-01', until: '2026-01-01', unit: 'month' }, -2],
    [
      { operation: 'round', value: '2026-05-20T10:40:00Z', unit: 'hour', rounding: 'nearest' },
      '2026-05-20T11:00:00.000Z',
    ],
    [{ operation: 'round', value: '2026-05-20', unit: 'week', rounding: 'down' }, '2026-05-18T00:00:00.000Z'],
    [
      { operation: 'round', value: '2026-05-20', unit: 'quarter', rounding: 'up' },
      '2026-07-01T00:00:00.000Z',
    ],
    [{ operation: 'format', value: '2026-05-20T00:00:00.5Z', output: 'seconds' }, 1_779_235_200],
    [{ operation: 'format', value: '2026-05-20T00:00:00.5Z', output: 'milliseconds' }, 1_779_235_200_500],
  ])('%j gives %j', async (parameters, expected) => {
    expect((await dateTime(parameters)).result).toBe(expected);
  });

  it('gives the parts of a time in its zone', async () => {
    const parameters = { operation: 'extract', value: '2026-07-01T22:30:00Z', timezone: 'Europe/Berlin' };
    expect((await dateTime(parameters)).result).toMatchObject({
      month: 7,
      day: 2,
      hour: 0,
      weekday: 4,
      week: 27,
      offsetMinutes: 120,
      isInDaylightSaving: true,
    });
  });

  it('takes the time from the clock', async () => {
    expect((await dateTime({ operation: 'now', output: 'milliseconds' })).result).toBeTypeOf('number');
  });

  it.each<[JsonObject, string, string]>([
    [{ value: 'soon' }, 'date.invalid', 'got "soon"'],
    [{ value: '{{ $json.missing }}' }, 'date.invalid', 'got nothing'],
    [{ value: '2026-02-30' }, 'date.invalid', 'got "2026-02-30"'],
    [{ value: '2026-01-01', timezone: 'Mars/Olympus' }, 'date.zone', '"Mars/Olympus" is no IANA time zone'],
    [{ value: '01-02', inputPattern: 'yyyy-MM-dd' }, 'date.invalid', 'the pattern yyyy-MM-dd'],
  ])('%j fails with %s', async (parameters, code, message) => {
    const { error } = await dateTime(parameters);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it('asks for the times an operation needs', () => {
    expect(checkNode('data.dateTime', { operation: 'difference' }).map(({ pointer }) => pointer)).toEqual([
      '/value',
      '/until',
    ]);
    expect(checkNode('data.dateTime', { operation: 'now' })).toEqual([]);
  });

  it('knows patterns that other libraries would understand', () => {
    expect(
      checkNode('data.dateTime', { operation: 'now', inputPattern: 'DD.MM.YYYY', pattern: 'YYYY' }),
    ).toEqual([
      { pointer: '/pattern', message: 'must have years as yyyy and days as dd; "YYYY" came' },
      { pointer: '/inputPattern', message: 'must have years as yyyy and days as dd; "DD.MM.YYYY" came' },
    ]);
    expect(checkNode('data.dateTime', { operation: 'now', pattern: "DD 'YYYY'" })).toEqual([]);
  });
});
