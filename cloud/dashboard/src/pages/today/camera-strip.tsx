import type { Device } from '@rollcall/contract/place';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useApi } from '../../api/api-context.tsx';
import { devicesQuery, doorsQuery } from '../../api/queries.ts';
import { urgentFirst } from '../../components/device-group.ts';
import { DeviceDot } from '../../components/device-dot.tsx';
import { Panel } from '../../components/panel.tsx';
import { type Camera, pictureTrouble } from '../../components/picture-trouble.ts';
import { useNow } from '../../components/use-now.ts';
import { count } from '../../format/number.ts';
import { ago } from '../../format/time.ts';
import { usePollMs } from '../../live/live-context.ts';
import { text } from '../../messages/text.ts';
import styles from './camera-strip.module.css';

/** So many fit under the groups; of hundreds the page of the doors tells. */
const most = 12;

/** The health of cameras in one line each, those to look at first; leads to the doors. */
export function CameraStrip() {
  const api = useApi();
  const devices = useQuery({ ...devicesQuery(api), refetchInterval: usePollMs() }).data?.items;
  const doors = useQuery(doorsQuery(api)).data?.items;
  const now = useNow(15_000);
  if (!devices) return null;
  return (
    <Panel title={text.today.cameras}>
      {devices.length === 0 ? (
        <p className="rc-muted">
          {text.today.camerasNone}{' '}
          <Link to="/doors" className="rc-link">
            {text.today.camerasNoneLink}
          </Link>
        </p>
      ) : (
        <ul className={styles.strip}>
          {urgentFirst(devices)
            .slice(0, most)
            .map((device) => (
              <li key={device.id}>
                <Link to="/doors" hash={device.id} className={styles.camera}>
                  <DeviceDot device={device} />
                  <span className={styles.name}>
                    {doors?.find((door) => door.id === device.doorId)?.name ?? device.id}
                  </span>
                  <span className={styles.state}>{stateOf(device, now)}</span>
                </Link>
              </li>
            ))}
          {devices.length > most ? (
            <li>
              <Link to="/doors" className={styles.camera}>
                {text.today.camerasMore(count(devices.length - most))}
              </Link>
            </li>
          ) : null}
        </ul>
      )}
    </Panel>
  );
}

function stateOf(device: Device, now: number): string {
  if (device.state !== 'active') return text.doors.state[device.state];
  if (device.online) return device.health ? cameraState(device.health.camera) : text.doors.online;
  return device.lastSeenAt
    ? `${text.doors.offline}, ${text.doors.lastSeen(ago(device.lastSeenAt, now))}`
    : `${text.doors.offline}, ${text.doors.neverSeen}`;
}

function cameraState(camera: Camera): string {
  const trouble = pictureTrouble(camera);
  return trouble ? text.doors.pictureShort[trouble] : text.doors.camera[camera.state];
}
