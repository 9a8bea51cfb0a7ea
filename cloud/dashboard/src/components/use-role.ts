import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { meQuery } from '../api/queries.ts';

/** What whoever is signed in may do here. Only hides what would be refused; the API decides. */
export function useRole() {
  const role = useQuery(meQuery(useApi())).data?.role;
  return {
    /** People, photos, review, settings. */
    mayEdit: role === 'owner' || role === 'admin',
    /** Doors and devices. */
    mayOperate: role === 'owner' || role === 'admin' || role === 'operator',
  };
}
