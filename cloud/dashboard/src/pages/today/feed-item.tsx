import type { Organization } from '@rollcall/contract/organization';
import type { Sighting } from '@rollcall/contract/sighting';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { Picture } from '../../components/picture.tsx';
import { SightingPill } from '../../components/sighting-pill.tsx';
import { dateOf, timeOf } from '../../format/time.ts';
import { text } from '../../messages/text.ts';
import styles from './feed-item.module.css';

interface FeedItemProps {
  readonly sighting: Sighting;
  readonly door: string | undefined;
  readonly zone: Organization['timeZone'] | undefined;
}

/** One face at one door: what was seen, who it is, what it did to the register. */
export const FeedItem = memo(function FeedItem({ sighting, door, zone }: FeedItemProps) {
  const isToday = dateOf(sighting.at, zone) === dateOf(new Date().toISOString(), zone);
  return (
    <li className={styles.item}>
      <div className={styles.thumbnail}>
        <Picture path={`/v1/sightings/${sighting.id}/photo`} alt="" />
      </div>
      <div className={styles.words}>
        <div className={styles.name}>
          <Name sighting={sighting} />
        </div>
        <div className={styles.where}>{door ?? sighting.deviceId}</div>
      </div>
      <div className={styles.side}>
        <time className="rc-num" dateTime={sighting.at}>
          {isToday ? timeOf(sighting.at, zone) : `${dateOf(sighting.at, zone)}, ${timeOf(sighting.at, zone)}`}
        </time>
        <SightingPill sighting={sighting} />
      </div>
    </li>
  );
});

function Name({ sighting }: { sighting: Sighting }) {
  if (sighting.person) {
    return (
      <Link to="/people/$personId" params={{ personId: sighting.person.id }} className={styles.link}>
        {sighting.person.name}
      </Link>
    );
  }
  const open = sighting.resolution === null && (sighting.verdict === 'doubtful' || sighting.verdict === 'unknown');
  if (!open) return sighting.verdict === 'unusable' ? text.today.noUsableFace : text.today.unknownPerson;
  const likely = sighting.verdict === 'doubtful' ? sighting.candidates[0]?.person.name : undefined;
  return (
    <Link to="/review" search={{ id: sighting.id }} className={styles.link}>
      {likely ? text.today.perhaps(likely) : text.today.unknownPerson}
    </Link>
  );
}
