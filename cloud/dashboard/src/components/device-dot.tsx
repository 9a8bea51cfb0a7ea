import type { Device } from '@rollcall/contract/place';
import styles from './device-dot.module.css';

/** Green: pictures come. Amber: it is there, its camera is not well. Red: it is away. Always beside words. */
export function DeviceDot({ device }: { device: Device }) {
  return <span className={`${styles.dot} ${styles[toneOf(device)]}`} aria-hidden="true" />;
}

function toneOf(device: Device): 'good' | 'warn' | 'bad' | 'idle' {
  if (device.state !== 'active') return 'idle';
  if (!device.online) return 'bad';
  const state = device.health?.camera.state;
  return state === undefined || state === 'ok' ? 'good' : state === 'failed' ? 'bad' : 'warn';
}
