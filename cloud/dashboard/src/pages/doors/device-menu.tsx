import { ActionIcon, Menu } from '@mantine/core';
import type { Device } from '@rollcall/contract/place';
import { IconDots } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { text } from '../../messages/text.ts';
import styles from './device-menu.module.css';
import { actionsOn, type DeviceAction } from './device-action.ts';

const DeviceActionDialog = lazy(() =>
  import('./device-action-dialog.tsx').then((m) => ({ default: m.DeviceActionDialog })),
);

const grave: ReadonlySet<DeviceAction> = new Set(['revoke', 'decommission', 'remove']);

/** What can be done about a camera; each says what will happen before it does. */
export function DeviceMenu({ device, name }: { device: Device; name: string }) {
  const [action, setAction] = useState<DeviceAction>();
  const t = text.doors.actions;
  return (
    <>
      <Menu position="bottom-end" shadow="md" withinPortal={false} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t.of(name)}>
            <IconDots size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {actionsOn(device).map((kind) => (
            <Menu.Item
              key={kind}
              {...(grave.has(kind) ? { className: styles.grave } : {})}
              onClick={() => setAction(kind)}
            >
              {t.menu[kind]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {action === undefined ? null : (
        <Suspense>
          <DeviceActionDialog device={device} name={name} action={action} onClose={() => setAction(undefined)} />
        </Suspense>
      )}
    </>
  );
}
