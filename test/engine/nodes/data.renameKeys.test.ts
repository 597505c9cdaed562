import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import { checkNode, runNode } from './run-node.ts';

const rename = (parameters: JsonObject, ...given: JsonObject[]) =>
  runNode({ type: 'data.renameKeys', parameters, given });

describe('data.renameKeys', () => {
  it('renames fields and moves them by path', async () => {
    const fields = [
      { from: 'mail', to: 'contact.email' },
      { from: 'address.city', to: 'city' },
    ];
    const { outputs, pairing } = await rename(
      { fields },
      { id: 1, mail: 'z', address: { city: 'Porto', zip: 4 } },
    );
    expect(outputs.main).toEqual([{ id: 1, contact: { email: 'z' }, address: { zip: 4 }, city: 'Porto' }]);
    expect(pairing).toEqual({ main: 'same' });
  });

  it('lets two fields change places', async () => {
    const fields = [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'a' },
    ];
    expect((await rename({ fields }, { a: 1, b: 2 })).outputs.main).toEqual([{ a: 2, b: 1 }]);
  });

  it('passes over what an item does not have, or fails', async () => {
    const fields = [{ from: 'a', to: 'b' }];
    expect((await rename({ fields }, { c: 1 })).outputs.main).toEqual([{ c: 1 }]);
    expect((await rename({ fields, ifMissing: 'fail' }, { c: 1 })).error).toMatchObject({
      code: 'data.missing',
      message: 'The item has no field "a".',
    });
  });

  it('refuses paths into prototypes', async () => {
    const { error } = await rename({ fields: [{ from: 'a', to: '{{ "__proto__.x" }}' }] }, { a: 1 });
    expect(error?.code).toBe('node.invalidParameters');
  });

  it('asks for a field', () => {
    expect(checkNode('data.renameKeys', {})).toHaveLength(1);
  });
});
