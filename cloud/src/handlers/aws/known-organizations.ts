import type { OrganizationId } from '@rollcall/contract/ids';
import { Denied } from '@rollcall/kit/app-error';
import type { Identity } from '../../ports/identity.ts';
import type { OrganizationDirectory } from '../../store/organization-directory.ts';

/** Admits tokens of organizations that there are, whatever the user pool says. One that was found is not asked for again. */
export function inKnownOrganization(identity: Identity, directory: OrganizationDirectory): Identity {
  const known = new Set<OrganizationId>();
  return {
    verify: async (accessToken) => {
      const principal = await identity.verify(accessToken);
      const org = principal.organizationId;
      if (!known.has(org)) {
        if (!(await directory.get(org)))
          throw new Denied(`there is no organization ${org}`, { code: 'unauthenticated' });
        known.add(org);
      }
      return principal;
    },
  };
}
