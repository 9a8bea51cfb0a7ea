import { networkInterfaces } from 'node:os';
import type { ClaimIssuer, ClaimTarget } from '../../ports/claim-issuer.ts';
import { brokerHosts } from './broker-hosts.ts';
import type { CertificateAuthority } from './certificate-authority.ts';

export interface SiteClaimsOptions {
  readonly ca: CertificateAuthority;
  readonly template: string;
  readonly prefix: string;
  /** That the broker listens on. */
  readonly host: string;
  readonly port: () => number;
}

/** Claims of the site's own authority. What is not in the records admits nobody, so there is nothing to take back here. */
export function siteClaims(options: SiteClaimsOptions): ClaimIssuer {
  const { ca, template, prefix, host, port } = options;
  return {
    issue: (days) => ca.claim(days),
    withdraw: () => Promise.resolve(),
    get target(): ClaimTarget {
      return { caPem: ca.certificatePem, template, mqtt: { hosts: reachable(host), port: port(), prefix } };
    },
  };
}

/** Addresses of this machine that others reach first, then its names; a broker on the loopback is reached from this machine alone. */
function reachable(host: string): string[] {
  if (isLoopback(host)) return [host];
  const hosts = brokerHosts(host);
  const v4 = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .flatMap(({ address, family, internal }) => (family === 'IPv4' && !internal ? [address] : []));
  const outside = hosts.filter((name) => !isLoopback(name));
  return [...new Set([...v4.filter((address) => hosts.includes(address)), ...outside, ...hosts])];
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
