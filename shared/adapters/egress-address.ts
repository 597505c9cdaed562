import { isIP } from 'node:net';
import { isPublicAddress } from './address.ts';
import { type Resolve, systemResolve } from './egress-agent.ts';
import { blockedAddress, type EgressRules, isAllowedHost } from './egress-rules.ts';

interface AddressOptions extends Pick<EgressRules, 'allowedHosts'> {
  readonly resolve?: Resolve;
}

/**
 * For protocols that are not HTTP: the address a connection to a host must go to. As with HTTP all addresses of a name are
 * checked, and the caller connects to the one given, so that a second answer of the DNS changes nothing. Throws `http.blockedAddress`.
 */
export const makeAddressCheck =
  ({ allowedHosts, resolve = systemResolve }: AddressOptions) =>
  async (host: string, port: number): Promise<string> => {
    const addresses = isIP(host) === 0 ? (await resolve(host)).map(({ address }) => address) : [host];
    const [first] = addresses;
    if (first === undefined) throw new Error(`${host} has no address`);
    const written = isIP(host) === 6 ? `[${host}]` : host;
    const isOwn = isAllowedHost(new URL(`http://${written}:${port}`), { allowedHosts, allowedPorts: [] });
    if (isOwn || addresses.every(isPublicAddress)) return first;
    throw blockedAddress();
  };

export type AddressCheck = ReturnType<typeof makeAddressCheck>;
