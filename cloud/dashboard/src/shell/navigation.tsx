import { useQuery } from '@tanstack/react-query';
import {
  IconChartDonut,
  IconDoor,
  IconSettings,
  IconUserQuestion,
  IconUsers,
  type TablerIcon,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useApi } from '../api/api-context.tsx';
import { openSightingsQuery, organizationQuery } from '../api/queries.ts';
import { Logo } from '../components/logo.tsx';
import { usePollMs } from '../live/live-context.ts';
import { text } from '../messages/text.ts';
import { AccountMenu } from './account-menu.tsx';
import styles from './shell.module.css';

const places: readonly { readonly to: string; readonly label: string; readonly Icon: TablerIcon }[] = [
  { to: '/', label: text.nav.today, Icon: IconChartDonut },
  { to: '/people', label: text.nav.people, Icon: IconUsers },
  { to: '/review', label: text.nav.review, Icon: IconUserQuestion },
  { to: '/doors', label: text.nav.doors, Icon: IconDoor },
  { to: '/settings', label: text.nav.settings, Icon: IconSettings },
];

export function Navigation() {
  const api = useApi();
  const organization = useQuery(organizationQuery(api)).data;
  return (
    <nav className={styles.side} aria-label={text.app.navigation}>
      <Link to="/" className={styles.brand}>
        <Logo size={26} />
        <span className={styles.organization}>{organization?.name ?? text.app.name}</span>
      </Link>
      <div className={styles.nav}>
        {places.map(({ to, label, Icon }) => (
          <Link key={to} to={to} className={styles.link} activeOptions={{ exact: to === '/' }}>
            <Icon size={18} stroke={1.7} aria-hidden="true" />
            {label}
            {to === '/review' ? <OpenCount /> : null}
          </Link>
        ))}
      </div>
      <div className={styles.foot}>
        <AccountMenu />
      </div>
    </nav>
  );
}

/** How many faces wait for a decision. */
function OpenCount() {
  const { data } = useQuery({ ...openSightingsQuery(useApi()), refetchInterval: usePollMs() });
  const waiting = data?.items.length ?? 0;
  if (waiting === 0) return null;
  return <span className={`${styles.badge} rc-num`}>{data?.nextCursor ? `${waiting}+` : waiting}</span>;
}
