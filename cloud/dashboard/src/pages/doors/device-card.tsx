import type { Device, Door } from '@rollcall/contract/place';
import { IconDeviceCctv } from '@tabler/icons-react';
import { CameraNote } from '../../components/camera-note.tsx';
import { DeviceDot } from '../../components/device-dot.tsx';
import { Picture } from '../../components/picture.tsx';
import { useRole } from '../../components/use-role.ts';
import { useNow } from '../../components/use-now.ts';
import { ago } from '../../format/time.ts';
import { text } from '../../messages/text.ts';
import styles from './device-card.module.css';
import { DeviceConfig } from './device-config.tsx';
import { DeviceFacts } from './device-facts.tsx';
import { DeviceJobs } from './device-jobs.tsx';
import { DeviceMenu } from './device-menu.tsx';

/** One camera: what it sees, whether it is well, and if not, what is wrong. */
export function DeviceCard({ device, door }: { device: Device; door: Door | undefined }) {
  const now = useNow(10_000);
  const { mayOperate } = useRole();
  const t = text.doors;
  const camera = device.health?.camera;
  return (
    <article className={styles.card} id={device.id} aria-label={door?.name ?? device.id}>
      <div className={`${styles.still} ${device.online ? '' : styles.stale}`}>
        {device.stillAt ? (
          <Picture
            // The address of the still never changes, its picture does.
            path={`/v1/devices/${device.id}/still?at=${encodeURIComponent(device.stillAt)}`}
            alt={t.stillAlt(door?.name ?? device.id)}
            missing={t.noStill}
          />
        ) : (
          <div className={styles.none}>
            <IconDeviceCctv size={30} stroke={1.3} aria-hidden="true" />
            {t.noStill}
          </div>
        )}
        {device.stillAt ? <span className={styles.when}>{t.stillAt(ago(device.stillAt, now))}</span> : null}
      </div>
      <div className={styles.body}>
        <div className={styles.head}>
          <h2>{door?.name ?? device.id}</h2>
          <span className={styles.state}>
            <DeviceDot device={device} />
            {stateOf(device, now)}
            {mayOperate ? <DeviceMenu device={device} name={door?.name ?? device.id} /> : null}
          </span>
        </div>
        {camera && device.online ? <CameraNote camera={camera} /> : null}
        <DeviceFacts device={device} door={door} now={now} />
        <DeviceConfig device={device} name={door?.name ?? device.id} mayChange={mayOperate} />
        {mayOperate && device.state === 'active' ? <DeviceJobs device={device} name={door?.name ?? device.id} /> : null}
      </div>
    </article>
  );
}

function stateOf(device: Device, now: number): string {
  const t = text.doors;
  if (device.state !== 'active') return t.state[device.state];
  if (device.online) return t.online;
  return `${t.offline}, ${device.lastSeenAt ? t.lastSeen(ago(device.lastSeenAt, now)) : t.neverSeen}`;
}
