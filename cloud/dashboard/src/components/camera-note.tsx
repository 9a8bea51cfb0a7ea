import type { PictureState } from '@rollcall/contract/heartbeat';
import {
  IconBlur,
  type IconProps,
  IconEyeOff,
  IconMoon,
  IconPlayerStop,
  IconPlugConnectedX,
  IconSnowflake,
  IconVideoOff,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { text } from '../messages/text.ts';
import styles from './camera-note.module.css';
import { type Camera, pictureTrouble } from './picture-trouble.ts';

const icons: Readonly<Record<Exclude<Camera['state'] | PictureState, 'ok' | 'starting'>, ComponentType<IconProps>>> = {
  dark: IconMoon,
  covered: IconEyeOff,
  frozen: IconSnowflake,
  defocused: IconBlur,
  silent: IconPlugConnectedX,
  failed: IconVideoOff,
  ended: IconPlayerStop,
};

/** One line: that frames arrive, or what is wrong and what to do, with a sign to find it by. */
export function CameraNote({ camera }: { camera: Camera }) {
  const t = text.doors;
  const { state, detail } = camera;
  const trouble = pictureTrouble(camera);
  if (state === 'ok' && !trouble) return <p className="rc-muted">{t.camera.ok}</p>;
  const Icon = trouble ? icons[trouble] : state === 'ok' || state === 'starting' ? undefined : icons[state];
  return (
    <p className={styles.trouble}>
      {Icon ? <Icon size={16} stroke={1.7} aria-hidden="true" /> : null}
      {/* What the agent says of a picture is the same in its own words. */}
      <span>{trouble ? t.picture[trouble] : detail ? `${t.camera[state]}: ${detail}` : t.camera[state]}</span>
    </p>
  );
}
