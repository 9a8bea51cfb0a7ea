import { useInViewport } from '@mantine/hooks';
import type { Device } from '@rollcall/contract/place';
import { IconDeviceCctv } from '@tabler/icons-react';
import { useState } from 'react';
import { Picture } from '../../components/picture.tsx';
import { ago } from '../../format/time.ts';
import { text } from '../../messages/text.ts';
import styles from './device-card.module.css';

/** What a camera saw last; fetched once somebody comes to look at it: there may be hundreds of them. */
export function DeviceStill({ device, name, now }: { device: Device; name: string; now: number }) {
  const { ref, inViewport } = useInViewport();
  const [wasSeen, setWasSeen] = useState(false);
  if (inViewport && !wasSeen) setWasSeen(true);
  const t = text.doors;
  return (
    <div ref={ref} className={`${styles.still} ${device.online ? '' : styles.stale}`}>
      {device.stillAt === null ? (
        <div className={styles.none}>
          <IconDeviceCctv size={30} stroke={1.3} aria-hidden="true" />
          {t.noStill}
        </div>
      ) : null}
      {device.stillAt !== null && wasSeen ? (
        <Picture
          // The address of the still never changes, its picture does.
          path={`/v1/devices/${encodeURIComponent(device.id)}/still?at=${encodeURIComponent(device.stillAt)}`}
          alt={t.stillAlt(name)}
          missing={t.noStill}
        />
      ) : null}
      {device.stillAt === null ? null : <span className={styles.when}>{t.stillAt(ago(device.stillAt, now))}</span>}
    </div>
  );
}
