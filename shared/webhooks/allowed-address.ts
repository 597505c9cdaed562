import ipaddr from 'ipaddr.js';

/** Whether an address is one of those, or lies in one of the networks. An IPv4 address in IPv6 form is the IPv4 address. */
export const isAllowedAddress = (address: string, allowed: readonly string[]): boolean => {
  if (allowed.length === 0) return true;
  if (!ipaddr.isValid(address)) return false;
  const caller = ipaddr.process(address);
  return allowed.some((written) => {
    const network = networkOf(written);
    return network !== null && network[0].kind() === caller.kind() && caller.match(network);
  });
};

const networkOf = (written: string): [ipaddr.IPv4 | ipaddr.IPv6, number] | null => {
  if (ipaddr.isValidCIDR(written)) return ipaddr.parseCIDR(written);
  if (!ipaddr.isValid(written)) return null;
  const address = ipaddr.process(written);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
};
