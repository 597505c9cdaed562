import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { bareHost } from './address.ts';
import { blockedAddress } from './egress-rules.ts';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>;

const CONNECT_MILLISECONDS = 10_000;
const RESPONSE_HEADER_BYTES = 32 * 1024;

export const systemResolve: Resolve = (hostname) => systemLookup(hostname, { all: true });

/** Connections to addresses that `mayConnect`: all that a name has must be, and the socket goes to the one checked. */
export const makeAgent = (resolve: Resolve, mayConnect: (address: string) => boolean): Agent => {
  const lookup = checkedLookup(resolve, mayConnect);
  const connect = buildConnector({ lookup, allowH2: false, timeout: CONNECT_MILLISECONDS });
  return new Agent({
    connections: 64,
    // The deadline of the request bounds both.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: RESPONSE_HEADER_BYTES,
    connect: (target, callback) => {
      const host = bareHost(target.hostname);
      // Literal addresses are connected to without a lookup.
      if (isIP(host) !== 0 && !mayConnect(host)) callback(blockedAddress(), null);
      else connect({ ...target, hostname: host }, callback);
    },
  });
};

const checkedLookup =
  (resolve: Resolve, isAllowed: (address: string) => boolean): LookupFunction =>
  (hostname, lookupOptions, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined) callback(new Error(`${hostname} has no address`), '', 4);
        else if (!addresses.every((each) => isAllowed(each.address))) callback(blockedAddress(), '', 4);
        else if (lookupOptions.all) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, '', 4),
    );
  };
