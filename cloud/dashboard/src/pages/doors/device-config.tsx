import { Button } from '@mantine/core';
import { useInViewport } from '@mantine/hooks';
import type { DeviceConfigStatus } from '@rollcall/contract/device-config';
import type { Device } from '@rollcall/contract/place';
import { IconAdjustments, IconAlertTriangle, IconCheck, IconClock } from '@tabler/icons-react';
import { useState } from 'react';
import { Pill, type Tone } from '../../components/pill.tsx';
import { text } from '../../messages/text.ts';
import styles from './device-config.module.css';
import { DeviceConfigDialog } from './device-config-dialog.tsx';
import { useDeviceConfig } from './use-device-config.ts';

const looks: Readonly<Record<DeviceConfigStatus['state'], { tone: Tone; icon: typeof IconCheck }>> = {
  'in-effect': { tone: 'present', icon: IconCheck },
  waiting: { tone: 'neutral', icon: IconClock },
  refused: { tone: 'late', icon: IconAlertTriangle },
};

/** Whether a camera does as it was told from afar, and if not, why; and telling it. */
export function DeviceConfig({ device, name, mayChange }: { device: Device; name: string; mayChange: boolean }) {
  const { ref, inViewport } = useInViewport();
  const { config, save } = useDeviceConfig(device, inViewport);
  const [isOpen, setOpen] = useState(false);
  // A camera that never said anything of its settings has an agent that cannot be set from afar, or has not come yet.
  if (!config?.reported) return <div ref={ref} />;
  const { tone, icon: Icon } = looks[config.state];
  const t = text.doors.config;
  return (
    <div ref={ref} className={styles.config}>
      <div className={styles.row}>
        <span className={styles.name}>{t.title}</span>
        <span role="status">
          <Pill tone={tone} icon={<Icon size={14} aria-hidden="true" />}>
            {config.state === 'waiting' && !device.online ? t.waitingOffline : t.state[config.state]}
          </Pill>
        </span>
        {mayChange ? (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconAdjustments size={15} aria-hidden="true" />}
            aria-label={t.changeOf(name)}
            onClick={() => setOpen(true)}
          >
            {t.change}
          </Button>
        ) : null}
      </div>
      {config.problem === null ? null : <p className={styles.problem}>{t.refusedBecause(config.problem)}</p>}
      {isOpen ? (
        <DeviceConfigDialog
          config={config}
          reported={config.reported}
          name={name}
          save={save}
          onClose={() => {
            save.reset();
            setOpen(false);
          }}
        />
      ) : null}
    </div>
  );
}
