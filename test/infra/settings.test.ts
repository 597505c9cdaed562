import { describe, expect, it } from 'vitest';
import { makeLog } from '../../infra/local/log.ts';
import { readSettings } from '../../infra/local/settings.ts';

describe('settings', () => {
  it('have what is needed when nothing is set', () => {
    expect(readSettings({})).toMatchObject({
      host: '127.0.0.1',
      port: 4100,
      hooksPort: 4101,
      data: '.stepwell',
      apiUrl: null,
      allowedHosts: [],
    });
  });

  it.each([
    [{ STEPWELL_PORT: '5000' }, { port: 5000, hooksPort: 5001 }],
    [{ STEPWELL_PORT: '0' }, { port: 0, hooksPort: 0 }],
    [{ STEPWELL_HOOKS_PORT: '80' }, { port: 4100, hooksPort: 80 }],
    [
      { STEPWELL_ALLOW_HOSTS: '127.0.0.1:9000, nas.local' },
      { allowedHosts: ['127.0.0.1:9000', 'nas.local'] },
    ],
    [{ STEPWELL_ALLOW_PORTS: '8080,8443' }, { allowedPorts: [8080, 8443] }],
    [{ STEPWELL_HOOKS_URL: 'https://hooks.example.com/' }, { hooksUrl: 'https://hooks.example.com' }],
    [{ STEPWELL_HUNG_AFTER_SECONDS: '1' }, { hungAfterMilliseconds: 1_000 }],
  ])('%j', (env, expected) => {
    expect(readSettings(env)).toMatchObject(expected);
  });

  it.each([
    { STEPWELL_PORT: 'x' },
    { STEPWELL_PORT: '65536' },
    { STEPWELL_PORT: '80.5' },
    { STEPWELL_WORKERS: '0' },
    { STEPWELL_API_URL: 'nonsense' },
  ])('%j is refused with its name', (env) => {
    expect(() => readSettings(env)).toThrow(new RegExp(`^${Object.keys(env)[0]} must be`));
  });
});

describe('the log', () => {
  const lines = (all: boolean) => {
    const written: string[] = [];
    const log = makeLog({ all, write: (line) => written.push(line) });
    log({ level: 'info', message: 'request' });
    log({ level: 'error', message: 'broken' });
    return written.map((line) => JSON.parse(line).message);
  };

  it('holds what went wrong', () => {
    expect(lines(false)).toEqual(['broken']);
  });

  it('holds everything when asked to', () => {
    expect(lines(true)).toEqual(['request', 'broken']);
  });
});
