import { hostname, networkInterfaces } from 'node:os';

const dnsName = /^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/i;

/**
 * Names and addresses at which devices may reach a broker that listens on `host`, for its certificate: always this machine's
 * own, and with `0.0.0.0` or `::` every address that it has.
 */
export function brokerHosts(host: string): string[] {
  const everywhere = host === '0.0.0.0' || host === '::';
  const addresses = everywhere
    ? Object.values(networkInterfaces())
        .flatMap((list) => list ?? [])
        .map(({ address }) => address)
    : [host];
  const names = [hostname(), `${hostname()}.local`].filter((name) => dnsName.test(name));
  // A link-local address ends in %eth0 or the like, which is no part of a certificate.
  const plain = addresses.filter((address) => !address.includes('%'));
  return [...new Set(['localhost', '127.0.0.1', '::1', ...names, ...plain])];
}
