import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** The only IPv6 block handed out for the public internet (IANA); the rest is special or not yet anything. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');
/** Documentation blocks that `ipaddr.js` may not know yet (RFC 9637). */
const DOCUMENTATION = ipaddr.parseCIDR('3fff::/20');

/**
 * Whether an address is an ordinary one on the public internet. Everything else is refused: private, loopback,
 * link-local (cloud metadata), shared (CGNAT), multicast, reserved, and IPv6 forms that carry an IPv4 address.
 */
export const isPublicAddress = (address: string): boolean => {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || (parsed.match(GLOBAL_UNICAST) && !parsed.match(DOCUMENTATION));
};

/** The hostname of a URL without the brackets of IPv6 and without the dot that ends a full name. */
export const bareHost = (hostname: string): string => hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
