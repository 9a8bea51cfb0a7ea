import { Skeleton } from '@mantine/core';
import { IconBook } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api/api-context.tsx';
import { organizationQuery } from '../../api/queries.ts';
import { LoadError } from '../../components/load-error.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { useRole } from '../../components/use-role.ts';
import { text } from '../../messages/text.ts';
import { ApiKeysSection } from './api-keys-section.tsx';
import { DaySection } from './day-section.tsx';
import { GeneralSection } from './general-section.tsx';
import { RetentionSection } from './retention-section.tsx';
import styles from './settings-page.module.css';
import { ThresholdsSection } from './thresholds-section.tsx';

/** How the organization takes attendance. Each section is saved on its own. */
export function SettingsPage() {
  const organization = useQuery(organizationQuery(useApi()));
  const { mayEdit } = useRole();
  const { data } = organization;
  return (
    <Page
      title={text.settings.title}
      width="narrow"
      actions={
        <a href="/docs" className={styles.docs} title={text.settings.docsText}>
          <IconBook size={16} aria-hidden="true" />
          {text.settings.docs}
        </a>
      }
    >
      {organization.isPending ? <Skeleton height={320} /> : null}
      {organization.isError && !data ? (
        <Panel>
          <LoadError error={organization.error} onRetry={() => void organization.refetch()} />
        </Panel>
      ) : null}
      {data ? (
        <div className={styles.sections}>
          <GeneralSection organization={data} />
          <DaySection organization={data} />
          <ThresholdsSection organization={data} />
          <RetentionSection organization={data} />
          {mayEdit ? <ApiKeysSection /> : null}
        </div>
      ) : null}
    </Page>
  );
}
