import type { DoorId, OrganizationId } from '@rollcall/contract/ids';
import type { Role } from '@rollcall/contract/access';

/** Who calls, for which organization, and what they may. */
export interface Principal {
  /** User id or API key id; goes into the audit. */
  readonly subject: string;
  readonly name: string;
  readonly organizationId: OrganizationId;
  readonly role: Role;
  /** A kiosk's door. */
  readonly doorId: DoorId | null;
}

/** Checks OIDC access tokens (the embedded provider's or Cognito's). */
export interface Identity {
  /** @throws Denied (code `unauthenticated`) when the token is not valid now. */
  verify(accessToken: string): Promise<Principal>;
}
