import type { OrganizationId } from '@rollcall/contract/ids';
import type { OrganizationDirectory } from '../../store/organization-directory.ts';

/** Organizations that one invocation takes. */
export const organizationsAtOnce = 50;

/** What an invocation keeps, and why others got none, if so. */
export interface Dealt {
  readonly own: readonly OrganizationId[];
  readonly failures: readonly unknown[];
}

/**
 * Deals the organizations of a deployment out, so many to an invocation, however many there are. Some that cannot be handed on hold up neither
 * the others nor this one's own, which are the first.
 * @param hand gives some to an invocation of their own
 */
export async function dealOrganizations(
  directory: Pick<OrganizationDirectory, 'list'>,
  hand: (ids: readonly OrganizationId[]) => Promise<void>,
): Promise<Dealt> {
  let own: readonly OrganizationId[] | undefined;
  let some: OrganizationId[] = [];
  const failures: unknown[] = [];
  const deal = async () => {
    if (own) await hand(some).catch((error: unknown) => failures.push(error));
    else own = some;
    some = [];
  };
  for await (const { id } of directory.list()) {
    some.push(id);
    if (some.length === organizationsAtOnce) await deal();
  }
  if (some.length > 0) await deal();
  return { own: own ?? [], failures };
}
