import { ActionIcon, Button, Tooltip } from '@mantine/core';
import type { Door } from '@rollcall/contract/place';
import {
  IconArrowBarToRight,
  IconArrowBarRight,
  IconArrowsLeftRight,
  IconDeviceTablet,
  IconDoor,
  IconPencil,
} from '@tabler/icons-react';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { useRole } from '../../components/use-role.ts';
import { text } from '../../messages/text.ts';
import styles from './door-list.module.css';

const icons = { in: IconArrowBarToRight, out: IconArrowBarRight, both: IconArrowsLeftRight };

interface DoorListProps {
  readonly doors: readonly Door[] | undefined;
  readonly onEdit: (door: Door) => void;
  readonly onKiosk: (door: Door) => void;
}

export function DoorList({ doors, onEdit, onKiosk }: DoorListProps) {
  const { mayEdit, mayOperate } = useRole();
  const t = text.doors;
  return (
    <Panel title={t.doors} hint={t.kiosk.intro} flush>
      {doors?.length === 0 ? (
        <EmptyState icon={<IconDoor size={22} stroke={1.7} />} title={t.noDoorsTitle} text={t.noDoorsText} />
      ) : null}
      <ul className={styles.list}>
        {doors?.map((door) => {
          const Icon = icons[door.direction];
          return (
            <li key={door.id} className={styles.row}>
              <span className={styles.icon} aria-hidden="true">
                <IconDoor size={19} stroke={1.6} />
              </span>
              <div className={styles.words}>
                <div className={styles.name}>{door.name}</div>
                <div className={styles.direction}>
                  <Icon size={14} aria-hidden="true" /> {t.direction[door.direction]}
                </div>
              </div>
              {mayEdit ? (
                <Button
                  variant="default"
                  size="xs"
                  leftSection={<IconDeviceTablet size={15} />}
                  aria-label={`${t.kioskLink}: ${door.name}`}
                  onClick={() => onKiosk(door)}
                >
                  {t.kioskLink}
                </Button>
              ) : null}
              {mayOperate ? (
                <Tooltip label={t.rename}>
                  <ActionIcon
                    variant="default"
                    size={30}
                    aria-label={`${t.rename}: ${door.name}`}
                    onClick={() => onEdit(door)}
                  >
                    <IconPencil size={15} />
                  </ActionIcon>
                </Tooltip>
              ) : null}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
