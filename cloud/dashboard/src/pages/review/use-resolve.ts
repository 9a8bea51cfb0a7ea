import type { Organization } from '@rollcall/contract/organization';
import type { Page } from '@rollcall/contract/page';
import type { Resolved, ResolveInput, Sighting } from '@rollcall/contract/sighting';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiProblem } from '../../api/api-problem.ts';
import { useApi } from '../../api/api-context.tsx';
import { keys } from '../../api/keys.ts';
import { organizationQuery } from '../../api/queries.ts';
import { toast, toastError } from '../../components/toast.tsx';
import { dateOf, timeOf } from '../../format/time.ts';
import { text } from '../../messages/text.ts';

/** Decides one sighting, says what that changed in the register, and goes on to the next. */
export function useResolve(sighting: Sighting, onDecided: () => void) {
  const api = useApi();
  const client = useQueryClient();
  const zone = useQuery(organizationQuery(api)).data?.timeZone;

  const takeOut = () => {
    onDecided();
    client.setQueryData<Page<Sighting>>(
      keys.openSightings(),
      (page) => page && { ...page, items: page.items.filter((s) => s.id !== sighting.id) },
    );
  };

  return useMutation({
    mutationFn: (input: ResolveInput) => api.send<Resolved>('POST', `/v1/sightings/${sighting.id}/resolve`, input),
    onSuccess(decided) {
      takeOut();
      for (const root of ['summary', 'feed', 'person-attendance', 'person-sightings', 'open-sightings', 'photos']) {
        void client.invalidateQueries({ queryKey: [root] });
      }
      if (decided.person)
        toast(
          text.review.assigned(decided.person.name),
          [effectOf(decided, zone), learnedOf(decided)].filter(Boolean).join(' '),
        );
      else toast(text.review.dismissed);
    },
    onError(error) {
      toastError(error);
      // Somebody else was faster: it is no longer ours to decide.
      if (error instanceof ApiProblem && error.code === 'already-resolved') takeOut();
    },
  });
}

function effectOf({ attendance }: Sighting, zone: Organization['timeZone'] | undefined): string {
  if (!attendance) return text.review.noMark;
  const date = dateOf(`${attendance.date}T00:00:00Z`, 'UTC');
  if (!attendance.marked) return text.review.alreadyMarked(date);
  return text.review.markedAs(
    text.status[attendance.status].toLocaleLowerCase(),
    date,
    timeOf(attendance.firstSeenAt, zone),
  );
}

/** Only what was asked for and did not work is worth saying. */
function learnedOf({ learned }: Resolved): string | undefined {
  return learned?.done === false ? text.review.notLearned(learned.reason ?? '') : undefined;
}
