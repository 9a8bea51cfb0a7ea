import type { Device, Door } from '@rollcall/contract/place';
import { Fragment } from 'react';
import { count, oneDigit } from '../../format/number.ts';
import { ago, dateOf, timeOf } from '../../format/time.ts';
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
  const first = [{ name: t.facts.door, value: place }, ...endOf(device)];
  if (!health) return first;
  const { camera, outbox, faceGate, certificate } = health;
  const lost = outbox.parked + outbox.dropped;
  return [
    ...first,
    ...(device.online ? [speedOf(camera)] : []),
    {
      name: t.facts.waiting,
      value: outbox.items === 0 ? t.waitingNone : t.waiting(count(outbox.items)),
      warn: outbox.items > 50,
    },
    ...(lost > 0 ? [{ name: t.facts.lost, value: count(lost), warn: true }] : []),
    ...problem(t.facts.outbox, outbox.problem),
    ...problem(t.facts.certificate, certificate?.problem),
    { name: t.facts.passages, value: t.passages(count(health.passages), count(health.captures)) },
    ...(faceGate ? [gateOf(faceGate)] : []),
    { name: t.facts.clock, value: health.clockSynced ? t.clockOk : t.clockBad, warn: !health.clockSynced },
    { name: t.facts.upSince, value: ago(health.startedAt, now) },
    { name: t.facts.version, value: health.agentVersion },
  ];
}

/** How it went out of service, or is about to. */
function endOf({ state, replacedBy, decommission }: Device): Fact[] {
  const t = text.doors;
  const replaced = replacedBy === null ? [] : [{ name: t.facts.replacedBy, value: replacedBy }];
  if (decommission === null) return replaced;
  const { wipedAt, deadline } = decommission;
  const until = state === 'decommissioning' ? t.wipedUntil(whenOf(deadline)) : t.notWiped;
  const value = wipedAt === null ? until : whenOf(wipedAt);
  return [...replaced, { name: t.facts.wiped, value, warn: wipedAt === null && state === 'revoked' }];
}

function whenOf(instant: string): string {
  return `${dateOf(instant)}, ${timeOf(instant)}`;
}

function problem(name: string, value: string | undefined): Fact[] {
  return value === undefined ? [] : [{ name, value, warn: true }];
}

function gateOf({ state, detail }: NonNullable<NonNullable<Device['health']>['faceGate']>): Fact {
  const word = text.doors.faceGate[state];
  const value = detail === undefined ? word : `${word}: ${detail}`;
  return { name: text.doors.facts.faceGate, value, warn: state === 'open' };
}

function speedOf({ framesPerSecond, width, height }: NonNullable<Device['health']>['camera']): Fact {
  return { name: text.doors.facts.speed, value: text.doors.fps(oneDigit(framesPerSecond), `${width} × ${height}`) };
}
