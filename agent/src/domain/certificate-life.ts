/** From when to when a certificate counts, ms since the epoch. */
export interface CertificateLife {
  readonly notBefore: number;
  readonly notAfter: number;
}

/**
 * Whether it is time for the next one: less than a third of its life remains. For a certificate of a year that is four months, for which
 * a device may be away; a fresh one is never due, however short its life.
 */
export function isDue({ notBefore, notAfter }: CertificateLife, now: number): boolean {
  return notAfter - now < (notAfter - notBefore) / 3;
}
