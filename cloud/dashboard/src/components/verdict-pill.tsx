import type { Sighting } from '@rollcall/contract/sighting';
import {
  IconCheck,
  IconEyeOff,
  IconHelpCircle,
  IconMoodX,
  IconUserCheck,
  IconUserQuestion,
  type TablerIcon,
} from '@tabler/icons-react';
import { text } from '../messages/text.ts';
import { Pill, type Tone } from './pill.tsx';

const looks: Record<Sighting['verdict'], { readonly tone: Tone; readonly Icon: TablerIcon }> = {
  accepted: { tone: 'present', Icon: IconCheck },
  doubtful: { tone: 'late', Icon: IconHelpCircle },
  unknown: { tone: 'neutral', Icon: IconUserQuestion },
  unusable: { tone: 'neutral', Icon: IconEyeOff },
  spoof: { tone: 'absent', Icon: IconMoodX },
};

/** What became of a face: recognized, doubtful, …, or decided by hand. */
export function VerdictPill({ sighting }: { sighting: Sighting }) {
  if (sighting.resolution) {
    const decided = sighting.resolution.personId !== null;
    return (
      <Pill tone={decided ? 'present' : 'neutral'} icon={<IconUserCheck size={14} stroke={2} aria-hidden="true" />}>
        {decided ? text.verdict.resolved : text.verdict.dismissed}
      </Pill>
    );
  }
  const { tone, Icon } = looks[sighting.verdict];
  return (
    <Pill tone={tone} icon={<Icon size={14} stroke={2} aria-hidden="true" />}>
      {text.verdict[sighting.verdict]}
    </Pill>
  );
}
