import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cloudPlatform } from '../../functions/platform.ts';
import { ENV } from '../../shared/adapters/names.ts';
import { type TestStores, testStores } from '../store/test-database.ts';

describe('the platform of functions', () => {
  let world: TestStores;
  beforeAll(async () => {
    world = await testStores();
    const endpoint = await world.connection.client.config.endpoint?.();
    if (!endpoint) throw new Error('The test database has no address.');
    vi.stubEnv('AWS_ENDPOINT_URL', `${endpoint.protocol}//${endpoint.hostname}:${endpoint.port}`);
    vi.stubEnv('AWS_REGION', 'local');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
    // What the least of functions is told.
    vi.stubEnv(ENV.table, world.connection.table);
    vi.stubEnv(ENV.retentionDays, '30');
    vi.stubEnv(ENV.apiUrl, 'https://api.example.com');
    vi.stubEnv(ENV.hooksUrl, 'https://hooks.example.com');
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await world.stop();
  });

  it('is not there before the stacks have prepared the table, and then with the next request', async () => {
    await expect(cloudPlatform()).rejects.toThrow('Deploy the application stack');

    await world.stores.settings.prepareDeployment({ cursorKey: new Uint8Array(32), setupTokenHash: 'ab' });

    expect((await cloudPlatform()).config).toEqual({
      setupTokenHash: 'ab',
      apiUrl: 'https://api.example.com',
      hooksUrl: 'https://hooks.example.com',
    });
  });

  it('asks for nothing that a function was not told until it is used', async () => {
    const platform = await cloudPlatform();

    expect(await platform.stores.settings.isSetUp()).toBe(false);
    await expect(platform.payloads.get('key')).rejects.toThrow(ENV.payloadBucket);
    await expect(platform.tokens.publicJwk()).rejects.toThrow(ENV.signingKey);
    expect(platform.services.providers).toBeDefined();
  });
});
