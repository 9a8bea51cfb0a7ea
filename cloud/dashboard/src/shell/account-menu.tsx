import { Menu, useMantineColorScheme } from '@mantine/core';
import {
  IconBook,
  IconCheck,
  IconDeviceDesktop,
  IconDeviceTablet,
  IconLogout,
  IconMoon,
  IconSun,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useApi } from '../api/api-context.tsx';
import { meQuery } from '../api/queries.ts';
import { Initials } from '../components/initials.tsx';
import { text } from '../messages/text.ts';
import { useSession } from '../session/session-context.ts';
import styles from './shell.module.css';

const schemes = [
  { value: 'light', Icon: IconSun },
  { value: 'dark', Icon: IconMoon },
  { value: 'auto', Icon: IconDeviceDesktop },
] as const;

/** Who is signed in, how it looks, and the way out. */
export function AccountMenu() {
  const { state, signOut } = useSession();
  const me = useQuery(meQuery(useApi())).data;
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const name = me?.name || (state.status === 'signed-in' ? state.name : '');
  return (
    <Menu position="top-start" width={216} shadow="md" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <button type="button" className={styles.account}>
          <Initials name={name} size={28} />
          <span className="rc-sr">{text.app.menu}</span>
          <span className={styles.accountName}>{name}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/kiosk" leftSection={<IconDeviceTablet size={16} />}>
          {text.app.openKiosk}
        </Menu.Item>
        <Menu.Item component="a" href="/docs" leftSection={<IconBook size={16} />}>
          {text.app.apiDocs}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{text.app.appearance}</Menu.Label>
        {schemes.map(({ value, Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} />}
            rightSection={colorScheme === value ? <IconCheck size={14} /> : null}
            onClick={() => setColorScheme(value)}
          >
            {text.app.theme[value]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          {text.app.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
