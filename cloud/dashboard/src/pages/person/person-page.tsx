import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconArrowLeft, IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { personQuery } from '../../api/queries.ts';
import { Initials } from '../../components/initials.tsx';
import { LoadError } from '../../components/load-error.tsx';
import { PageLoading } from '../../components/page-loading.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { ReadinessPill } from '../../components/readiness-pill.tsx';
import { useRole } from '../../components/use-role.ts';
import { longDateOf } from '../../format/time.ts';
import { text } from '../../messages/text.ts';
import { AttendanceDays } from './attendance-days.tsx';
import { ConsentPanel } from './consent-panel.tsx';
import { EditPersonDialog } from './edit-person-dialog.tsx';
import { ForgetDialog } from './forget-dialog.tsx';
import styles from './person-page.module.css';
import { PhotosPanel } from './photos-panel.tsx';
import { SightingsPanel } from './sightings-panel.tsx';

const route = getRouteApi('/app/people/$personId');

/** Everything about one person. */
export function PersonPage() {
  const { personId } = route.useParams();
  const person = useQuery(personQuery(useApi(), personId));
  const { mayEdit } = useRole();
  const [dialog, setDialog] = useState<'edit' | 'forget'>();

  if (person.isPending) return <PageLoading />;
  if (!person.data) {
    return (
      <Page title={text.people.title}>
        <Panel>
          <LoadError error={person.error} onRetry={() => void person.refetch()} />
        </Panel>
      </Page>
    );
  }
  const { data } = person;
  const facts = [
    text.person.number(data.externalId),
    ...data.groups,
    data.email,
    text.person.since(longDateOf(data.createdAt)),
  ];

  return (
    <>
      <div className={styles.back}>
        <Link to="/people" className={styles.backLink}>
          <IconArrowLeft size={15} aria-hidden="true" />
          {text.person.back}
        </Link>
      </div>
      <Page
        title={data.name}
        subtitle={facts.filter(Boolean).join(' · ')}
        actions={
          <>
            <ReadinessPill person={data} />
            {mayEdit ? (
              <>
                <Button variant="default" leftSection={<IconPencil size={15} />} onClick={() => setDialog('edit')}>
                  {text.person.edit}
                </Button>
                <Menu position="bottom-end" shadow="md" withinPortal={false} withInitialFocusPlaceholder={false}>
                  <Menu.Target>
                    <ActionIcon variant="default" size={36} aria-label={text.person.actions}>
                      <IconDots size={17} />
                    </ActionIcon>
                  </Menu.Target>
                  <Menu.Dropdown>
                    <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setDialog('forget')}>
                      {text.person.forget}
                    </Menu.Item>
                  </Menu.Dropdown>
                </Menu>
              </>
            ) : null}
          </>
        }
      >
        <div className={styles.grid}>
          <div className={styles.column}>
            {data.method === 'manual' ? (
              <Panel>
                <div className={styles.manual}>
                  <Initials name={data.name} size={48} />
                  <p className="rc-muted">{text.person.manualNote}</p>
                </div>
              </Panel>
            ) : (
              <>
                <ConsentPanel person={data} />
                <PhotosPanel person={data} />
              </>
            )}
          </div>
          <div className={styles.column}>
            <AttendanceDays personId={data.id} />
            <SightingsPanel personId={data.id} />
          </div>
        </div>
        <EditPersonDialog person={data} open={dialog === 'edit'} onClose={() => setDialog(undefined)} />
        <ForgetDialog person={data} open={dialog === 'forget'} onClose={() => setDialog(undefined)} />
      </Page>
    </>
  );
}
