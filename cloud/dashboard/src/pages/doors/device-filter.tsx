import { Chip, CloseButton, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type DeviceGroup, deviceGroups } from '../../components/device-group.ts';
import { count } from '../../format/number.ts';
import { fleetText as t } from '../../messages/en-fleet.ts';
import styles from './device-filter.module.css';

interface DeviceFilterProps {
  readonly query: string;
  readonly group: DeviceGroup | undefined;
  /** How many cameras are in each group. */
  readonly sizes: ReadonlyMap<DeviceGroup, number>;
  readonly onQuery: (query: string) => void;
  readonly onGroup: (group: DeviceGroup | undefined) => void;
}

/** Finds a camera among many, and says how many of them somebody should look at. */
export function DeviceFilter({ query, group, sizes, onQuery, onGroup }: DeviceFilterProps) {
  const all = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return (
    <div className={styles.filter} role="search">
      <TextInput
        className={styles.search}
        aria-label={t.search}
        placeholder={t.searchHint}
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        rightSection={query ? <CloseButton size="sm" aria-label={t.clear} onClick={() => onQuery('')} /> : null}
        value={query}
        onChange={(event) => onQuery(event.currentTarget.value)}
      />
      <Chip.Group value={group ?? 'all'} onChange={(value) => onGroup(deviceGroups.find((one) => one === value))}>
        <div className={styles.groups} role="radiogroup" aria-label={t.show}>
          <Chip value="all">{t.all(count(all))}</Chip>
          {deviceGroups
            .filter((one) => sizes.has(one) || one === group)
            .map((one) => (
              <Chip key={one} value={one}>
                {t.group[one](count(sizes.get(one) ?? 0))}
              </Chip>
            ))}
        </div>
      </Chip.Group>
    </div>
  );
}
