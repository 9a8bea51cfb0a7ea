import { type OrganizationId, UserId } from '@rollcall/contract/ids';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { User, UserStore } from '../../store/user-store.ts';
import { hashPassword } from './password-hash.ts';

export interface EnsureOwnerDeps {
  readonly users: UserStore;
  readonly clock: Clock;
  /** ULIDs. */
  readonly newId: () => string;
}

/** The owner's account, made if there is none with this email; an existing one is left as it is. */
export async function ensureOwner(
  deps: EnsureOwnerDeps,
  org: OrganizationId,
  owner: { readonly email: string; readonly password: string; readonly name?: string },
): Promise<User> {
  const existing = await deps.users.findByEmail(owner.email);
  if (existing) return existing;
  const user = {
    id: UserId.parse(deps.newId()),
    organizationId: org,
    email: owner.email.trim().toLowerCase(),
    name: owner.name ?? 'Owner',
    role: 'owner' as const,
    passwordHash: await hashPassword(owner.password),
    createdAt: instantOf(deps.clock.now()),
  };
  await deps.users.create(user);
  return user;
}
