import { Button } from '@mantine/core';
import type { Device, Door } from '@rollcall/contract/place';
import { IconDeviceCctv } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { type DeviceGroup, groupOf, isMeant, urgentFirst } from '../../components/device-group.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { fleetText as t } from '../../messages/en-fleet.ts';
import { DeviceCard } from './device-card.tsx';
import { DeviceFilter } from './device-filter.tsx';
import styles from './doors-page.module.css';

const route = getRouteApi('/app/doors');

/** Cameras that one sees at a glance, without looking for one. */
const fewDevices = 6;

/** A card for each camera; of many, those that are looked for. Which they are is in the address. */
export function DeviceList({ devices, doors }: { devices: readonly Device[]; doors: readonly Door[] | undefined }) {
  const { q = '', show } = route.useSearch();
  const navigate = route.useNavigate();
  const [query, setQuery] = useState(q);
  // Who followed a link to one of them has been at the top since before they were there.
  useEffect(() => document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView(), []);
  const search = (change: { q?: string | undefined; show?: DeviceGroup | undefined }) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const type = (typed: string) => {
    setQuery(typed);
    search({ q: typed.trim() || undefined });
  };

  const doorOf = new Map(doors?.map((door) => [door.id, door]));
  const sizes = new Map<DeviceGroup, number>();
  for (const device of devices) sizes.set(groupOf(device), (sizes.get(groupOf(device)) ?? 0) + 1);
  const withDoors = urgentFirst(devices).map((device) => ({
    device,
    door: device.doorId ? doorOf.get(device.doorId) : undefined,
  }));
  const shown = withDoors.filter(
    ({ device, door }) => (show === undefined || groupOf(device) === show) && isMeant(query, device, door?.name),
  );
  const isFiltered = show !== undefined || query !== '';

  return (
    <>
      {devices.length > fewDevices || isFiltered ? (
        <DeviceFilter
          query={query}
          group={show}
          sizes={sizes}
          onQuery={type}
          onGroup={(group) => search({ show: group })}
        />
      ) : null}
      {isFiltered && shown.length === 0 ? (
        <Panel>
          <EmptyState
            icon={<IconDeviceCctv size={22} stroke={1.7} />}
            title={t.noneTitle}
            text={t.noneText}
            action={
              <Button
                variant="default"
                onClick={() => {
                  setQuery('');
                  search({ q: undefined, show: undefined });
                }}
              >
                {t.showAll}
              </Button>
            }
          />
        </Panel>
      ) : null}
      <div className={styles.devices}>
        {shown.map(({ device, door }) => (
          <DeviceCard key={device.id} device={device} door={door} />
        ))}
      </div>
    </>
  );
}
