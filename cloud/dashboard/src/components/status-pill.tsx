import type { AttendanceStatus } from '@rollcall/contract/sighting';
import { IconCheck, IconClock, IconDoorExit, IconNote, IconX, type TablerIcon } from '@tabler/icons-react';
import { text } from '../messages/text.ts';
import { Pill, type Tone } from './pill.tsx';

const looks: Record<AttendanceStatus, { readonly tone: Tone; readonly Icon: TablerIcon }> = {
  present: { tone: 'present', Icon: IconCheck },
  late: { tone: 'late', Icon: IconClock },
  absent: { tone: 'absent', Icon: IconX },
  excused: { tone: 'accent', Icon: IconNote },
  'left-early': { tone: 'late', Icon: IconDoorExit },
};

/** A mark of the register. */
export function StatusPill({ status }: { status: AttendanceStatus }) {
  const { tone, Icon } = looks[status];
  return (
    <Pill tone={tone} icon={<Icon size={14} stroke={2} aria-hidden="true" />}>
      {text.status[status]}
    </Pill>
  );
}
