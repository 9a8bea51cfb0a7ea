import type { Device, Door } from '@rollcall/contract/place';
import { CameraNote } from '../../components/camera-note.tsx';
import { DeviceDot } from '../../components/device-dot.tsx';
import { useRole } from '../../components/use-role.ts';
import { useNow } from '../../components/use-now.ts';
import { ago } from '../../format/time.ts';
import { text } from '../../messages/text.ts';
import styles from './device-card.module.css';
import { DeviceConfig } from './device-config.tsx';
import { DeviceFacts } from './device-facts.tsx';
import { DeviceJobs } from './device-jobs.tsx';
import { DeviceMenu } from './device-menu.tsx';
import { DeviceStill } from './device-still.tsx';

/** One camera: what it sees, whether it is well, and if not, what is wrong. */
export function DeviceCard({ device, door }: { device: Device; door: Door | undefined }) {
  const now = useNow(10_000);
  const { mayOperate } = useRole();
  const camera = device.health?.camera;
  const name = door?.name ?? device.id;
  const isActive = device.state === 'active';
  return (
    <article className={styles.card} id={device.id} aria-label={name}>
      <DeviceStill device={device} name={name} now={now} />
      <div className={styles.body}>
        <div className={styles.head}>
          <h2>{name}</h2>
          <span className={styles.state}>
            <DeviceDot device={device} />
            {stateOf(device, now)}
            {mayOperate ? <DeviceMenu device={device} name={name} /> : null}
          </span>
        </div>
        {camera && device.online ? <CameraNote camera={camera} /> : null}
        <DeviceFacts device={device} door={door} now={now} />
        {isActive ? <DeviceConfig device={device} name={name} mayChange={mayOperate} /> : null}
        {isActive && mayOperate ? <DeviceJobs device={device} name={name} /> : null}
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
