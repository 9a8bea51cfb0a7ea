import type { DeviceClaimCreated } from '@rollcall/contract/device-claim';

/** A claim that was just made, with the only copy of its key. */
export interface IssuedClaim {
  /** SHA-256 of the DER, lower-case hex. */
  readonly fingerprint: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** Where devices with a claim go, and what they have to know there. */
export type ClaimTarget = Pick<DeviceClaimCreated, 'caPem' | 'template' | 'mqtt'>;

/** Makes claim certificates. Which of them count, and how long, is in the records. */
export interface ClaimIssuer {
  /** @param days it should live, where the issuer can say. @throws Unavailable */
  issue(days: number): Promise<IssuedClaim>;

  /** Takes one back. Nothing happens when it is gone. @throws Unavailable */
  withdraw(fingerprint: string): Promise<void>;

  readonly target: ClaimTarget;
}
