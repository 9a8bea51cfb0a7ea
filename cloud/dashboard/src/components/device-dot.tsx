import type { Device } from '@rollcall/contract/place';
import styles from './device-dot.module.css';
import { pictureTrouble } from './picture-trouble.ts';

/** Green: pictures come. Amber: it is there, its camera is not well. Red: it is away. Always beside words. */
export function DeviceDot({ device }: { device: Device }) {
  return <span className={`${styles.dot} ${styles[toneOf(device)]}`} aria-hidden="true" />;
}

function toneOf(device: Device): 'good' | 'warn' | 'bad' | 'idle' {
  if (device.state !== 'active') return 'idle';
  if (!device.online) return 'bad';
  const camera = device.health?.camera;
  if (camera?.state === 'failed') return 'bad';
  return camera === undefined || (camera.state === 'ok' && !pictureTrouble(camera)) ? 'good' : 'warn';
}
