import type { Person } from '@rollcall/contract/person';
import { IconCheck, IconFileCheck, IconHandStop, IconPhotoPlus } from '@tabler/icons-react';
import { text } from '../messages/text.ts';
import { Pill } from './pill.tsx';

/** What a person lacks to be recognized, if anything. */
export function ReadinessPill({ person }: { person: Person }) {
  if (person.method === 'manual') {
    return (
      <Pill tone="neutral" icon={<IconHandStop size={14} aria-hidden="true" />}>
        {text.people.manual}
      </Pill>
    );
  }
  if (!person.consent) {
    return (
      <Pill tone="late" icon={<IconFileCheck size={14} aria-hidden="true" />}>
        {text.people.needsConsent}
      </Pill>
    );
  }
  if (person.photoCount === 0) {
    return (
      <Pill tone="late" icon={<IconPhotoPlus size={14} aria-hidden="true" />}>
        {text.people.needsPhoto}
      </Pill>
    );
  }
  return (
    <Pill tone="present" icon={<IconCheck size={14} aria-hidden="true" />}>
      {text.people.ready}
    </Pill>
  );
}
