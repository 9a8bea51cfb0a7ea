import type { OrganizationId } from '@rollcall/contract/ids';
import type { OrganizationDirectory } from '../../store/organization-directory.ts';

/** Organizations that one invocation takes. */
export const organizationsAtOnce = 50;

/**
 * Deals the organizations of a deployment out, so many to an invocation, however many there are.
 * @param hand gives some to an invocation of their own
 * @returns the first of them, for this one.
 */
export async function dealOrganizations(
  directory: Pick<OrganizationDirectory, 'list'>,
  hand: (ids: readonly OrganizationId[]) => Promise<void>,
): Promise<readonly OrganizationId[]> {
  let own: readonly OrganizationId[] | undefined;
  let some: OrganizationId[] = [];
  const deal = async () => {
    if (own) await hand(some);
    else own = some;
    some = [];
  };
  for await (const { id } of directory.list()) {
    some.push(id);
    if (some.length === organizationsAtOnce) await deal();
  }
  if (some.length > 0) await deal();
  return own ?? [];
}
