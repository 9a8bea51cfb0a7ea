import { decodeJwt } from 'jose';

/** When an access token that was verified ends: ms since the epoch. Infinite for one that does not say. */
export function tokenExpiry(accessToken: string): number {
  try {
    return (decodeJwt(accessToken).exp ?? Number.POSITIVE_INFINITY) * 1_000;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
