import type { Sighting } from '@rollcall/contract/sighting';
import { IconRepeat } from '@tabler/icons-react';
import { text } from '../messages/text.ts';
import { Pill } from './pill.tsx';
import { StatusPill } from './status-pill.tsx';
import { VerdictPill } from './verdict-pill.tsx';

/** What a sighting did to the register; where it did nothing, its verdict. */
export function SightingPill({ sighting }: { sighting: Sighting }) {
  const { attendance, verdict } = sighting;
  if (verdict !== 'accepted' || !attendance) return <VerdictPill sighting={sighting} />;
  if (attendance.marked) return <StatusPill status={attendance.status} />;
  return (
    <Pill tone="neutral" icon={<IconRepeat size={14} stroke={2} aria-hidden="true" />}>
      {text.today.again}
    </Pill>
  );
}
