import type { Device, Door } from '@rollcall/contract/place';
import { Fragment } from 'react';
import { count, oneDigit } from '../../format/number.ts';
import { ago } from '../../format/time.ts';
import { text } from '../../messages/text.ts';
import styles from './device-card.module.css';

interface Fact {
  readonly name: string;
  readonly value: string;
  readonly warn?: boolean;
}

/** What ops ask first about a camera. */
export function DeviceFacts({ device, door, now }: { device: Device; door: Door | undefined; now: number }) {
  return (
    <dl className={styles.facts}>
      {factsOf(device, door, now).map((fact) => (
        <Fragment key={fact.name}>
          <dt>{fact.name}</dt>
          <dd className={`rc-num ${fact.warn ? styles.warn : ''}`}>{fact.value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

function factsOf(device: Device, door: Door | undefined, now: number): Fact[] {
  const t = text.doors;
  const place = [door ? t.direction[door.direction] : t.unassigned, device.id].join(' · ');
  const { health } = device;
  if (!health) return [{ name: t.facts.door, value: place }];
  const { camera, outbox } = health;
  const lost = outbox.parked + outbox.dropped;
  return [
    { name: t.facts.door, value: place },
    ...(device.online ? [speedOf(camera)] : []),
    {
      name: t.facts.waiting,
      value: outbox.items === 0 ? t.waitingNone : t.waiting(count(outbox.items)),
      warn: outbox.items > 50,
    },
    ...(lost > 0 ? [{ name: t.facts.lost, value: count(lost), warn: true }] : []),
    { name: t.facts.clock, value: health.clockSynced ? t.clockOk : t.clockBad, warn: !health.clockSynced },
    { name: t.facts.upSince, value: ago(health.startedAt, now) },
    { name: t.facts.version, value: health.agentVersion },
  ];
}

function speedOf({ framesPerSecond, width, height }: NonNullable<Device['health']>['camera']): Fact {
  return { name: text.doors.facts.speed, value: text.doors.fps(oneDigit(framesPerSecond), `${width} × ${height}`) };
}
