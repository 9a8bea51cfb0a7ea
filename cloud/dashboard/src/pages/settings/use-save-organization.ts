import type { Organization, OrganizationPatch } from '@rollcall/contract/organization';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { fieldMessages } from '../../api/api-problem.ts';
import { useApi } from '../../api/api-context.tsx';
import { keys } from '../../api/keys.ts';
import { toast, toastError } from '../../components/toast.tsx';
import { text } from '../../messages/text.ts';

/** Saves a part of the organization's settings; `errors` names the fields that were refused, by path. */
export function useSaveOrganization() {
  const api = useApi();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (patch: OrganizationPatch) => api.send<Organization>('PATCH', '/v1/organization', patch),
    onSuccess: (organization) => {
      client.setQueryData(keys.organization(), organization);
      // Times of the day decide who is late: the day is another one now.
      void client.invalidateQueries({ queryKey: ['summary'] });
      toast(text.app.saved);
    },
    onError: (error) => {
      if (Object.keys(fieldMessages(error)).length === 0) toastError(error);
    },
  });
  return { save: save.mutate, saving: save.isPending, errors: fieldMessages(save.error) };
}
