import { Button, Code, Skeleton } from '@mantine/core';
import type { Door } from '@rollcall/contract/place';
import { IconDeviceCctv, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { devicesQuery, doorsQuery } from '../../api/queries.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { LoadError } from '../../components/load-error.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { useRole } from '../../components/use-role.ts';
import { usePollMs } from '../../live/live-context.ts';
import { text } from '../../messages/text.ts';
import { DeviceList } from './device-list.tsx';
import { DoorDialog } from './door-dialog.tsx';
import { DoorList } from './door-list.tsx';
import styles from './doors-page.module.css';
import { KioskLinkDialog } from './kiosk-link-dialog.tsx';

type Dialog = { readonly kind: 'add' } | { readonly kind: 'edit' | 'kiosk'; readonly door: Door };

/** Cameras and how they are; doors and their kiosks. */
export function DoorsPage() {
  const api = useApi();
  const devices = useQuery({ ...devicesQuery(api), refetchInterval: usePollMs() });
  const doors = useQuery(doorsQuery(api));
  const { mayOperate } = useRole();
  const [dialog, setDialog] = useState<Dialog>();
  const close = () => setDialog(undefined);
  const t = text.doors;

  return (
    <Page
      title={t.title}
      actions={
        mayOperate ? (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setDialog({ kind: 'add' })}>
            {t.addDoor}
          </Button>
        ) : null
      }
    >
      <section aria-label={t.cameras}>
        {devices.isPending ? <Skeleton height={280} /> : null}
        {devices.isError && !devices.data ? (
          <Panel>
            <LoadError error={devices.error} onRetry={() => void devices.refetch()} />
          </Panel>
        ) : null}
        {devices.data?.items.length === 0 ? (
          <Panel>
            <EmptyState
              icon={<IconDeviceCctv size={22} stroke={1.7} />}
              title={t.noCamerasTitle}
              text={t.noCamerasText}
              action={<Code>{t.noCamerasCommand}</Code>}
            />
          </Panel>
        ) : null}
        {devices.data && devices.data.items.length > 0 ? (
          <DeviceList devices={devices.data.items} doors={doors.data?.items} />
        ) : null}
      </section>
      <div className={styles.doors}>
        <DoorList
          doors={doors.data?.items}
          onEdit={(door) => setDialog({ kind: 'edit', door })}
          onKiosk={(door) => setDialog({ kind: 'kiosk', door })}
        />
      </div>
      {dialog?.kind === 'add' ? <DoorDialog onClose={close} /> : null}
      {dialog?.kind === 'edit' ? <DoorDialog door={dialog.door} onClose={close} /> : null}
      {dialog?.kind === 'kiosk' ? <KioskLinkDialog door={dialog.door} onClose={close} /> : null}
    </Page>
  );
}
