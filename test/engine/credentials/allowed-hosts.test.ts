import { describe, expect, it } from 'vitest';
import { isHostAllowed, normalHost } from '../../../engine/credentials/allowed-hosts.ts';

const isAllowed = (url: string, ...hosts: string[]) => isHostAllowed(new URL(url), hosts);

describe('an allowed host', () => {
  it.each([
    ['https://api.example.com/a?b', 'api.example.com'],
    ['http://api.example.com/', 'api.example.com'],
    ['https://API.Example.com./', 'api.example.com'],
    ['https://api.example.com/', 'API.EXAMPLE.COM.'],
    ['https://api.example.com/', 'api.example.com:443'],
    ['https://api.example.com:8443/', 'api.example.com:8443'],
    ['https://a.example.com/', '*.example.com'],
    ['https://a.b.example.com/', '*.example.com'],
    ['https://münchen.example/', 'xn--mnchen-3ya.example'],
    ['https://xn--mnchen-3ya.example/', 'münchen.example'],
    ['http://[::1]:9000/', '[::1]:9000'],
    ['http://2130706433:9000/', '127.0.0.1:9000'],
  ])('lets %s through: %s', (url, host) => {
    expect(isAllowed(url, host)).toBe(true);
  });

  it.each([
    ['https://evil-api.example.com/', 'api.example.com'],
    ['https://api.example.com.evil.com/', 'api.example.com'],
    ['https://api.example.com@evil.com/', 'api.example.com'],
    ['https://evil.com/api.example.com', 'api.example.com'],
    ['https://evil.com#api.example.com', 'api.example.com'],
    ['https://x.api.example.com/', 'api.example.com'],
    ['https://example.com/', '*.example.com'],
    ['https://evilexample.com/', '*.example.com'],
    ['https://api.example.com:8443/', 'api.example.com'],
    ['http://api.example.com/', 'api.example.com:443'],
    ['https://аpi.example.com/', 'api.example.com'],
    ['https://api.example.com/', ''],
    ['https://api.example.com/', '*'],
    ['https://api.example.com/', '*.*'],
    ['https://api.example.com/', '**.example.com'],
    ['https://api.example.com/', 'api.example.com/path'],
    ['https://api.example.com/', 'x@api.example.com'],
  ])('does not let %s through: %s', (url, host) => {
    expect(isAllowed(url, host)).toBe(false);
  });

  it('must be named: an empty list lets nothing through', () => {
    expect(isAllowed('https://api.example.com/')).toBe(false);
  });

  it.each([
    ['API.Example.com.', 'api.example.com'],
    ['*.Example.com:8443', '*.example.com:8443'],
    ['münchen.example', 'xn--mnchen-3ya.example'],
    ['[0:0::1]:0443', '[::1]:443'],
  ])('has one spelling: %s', (written, normal) => {
    expect(normalHost(written)).toBe(normal);
  });

  it.each(['', '*', '*.', '*.1.2.3.4', 'a b', 'a/b', 'https://a', 'a:0', 'a:70000', 'a:b', 'u@a', 'a%00'])(
    'is not %j',
    (written) => {
      expect(normalHost(written)).toBeNull();
    },
  );
});
