import { Button, CloseButton, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { summaryQuery } from '../../api/queries.ts';
import { Page } from '../../components/page.tsx';
import { useRole } from '../../components/use-role.ts';
import { text } from '../../messages/text.ts';
import { AddPersonDialog } from './add-person-dialog.tsx';
import { PeopleList } from './people-list.tsx';
import styles from './people-page.module.css';

const route = getRouteApi('/app/people');

/** Everybody who is registered; the search is in the address. */
export function PeoplePage() {
  const { q = '', group = '', add = false } = route.useSearch();
  const navigate = route.useNavigate();
  const { mayEdit } = useRole();
  const groups = useQuery(summaryQuery(useApi())).data?.groups.map((g) => g.group) ?? [];
  const [typed, setTyped] = useState(q);
  const search = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => search.current?.focus()]]);

  const apply = useDebouncedCallback(
    (value: string) => void navigate({ search: (old) => ({ ...old, q: value.trim() || undefined }), replace: true }),
    200,
  );
  const type = (value: string) => {
    setTyped(value);
    apply(value);
  };
  const setGroup = (value: string | null) =>
    void navigate({ search: (old) => ({ ...old, group: value ?? undefined }), replace: true });
  const setAdd = (open: boolean) =>
    void navigate({ search: (old) => ({ ...old, add: open || undefined }), replace: !open });

  return (
    <Page
      title={text.people.title}
      actions={
        mayEdit ? (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setAdd(true)}>
            {text.people.add}
          </Button>
        ) : null
      }
    >
      <div className={styles.tools} role="search">
        <TextInput
          ref={search}
          className={styles.search}
          aria-label={text.people.searchShort}
          placeholder={text.people.search}
          leftSection={<IconSearch size={16} aria-hidden="true" />}
          rightSection={
            typed ? (
              <CloseButton size="sm" aria-label={text.people.clearSearch} onClick={() => type('')} />
            ) : (
              <kbd className="rc-key" aria-hidden="true">
                /
              </kbd>
            )
          }
          value={typed}
          onChange={(event) => type(event.currentTarget.value)}
        />
        {groups.length > 0 ? (
          <Select
            className={styles.group}
            aria-label={text.people.group}
            placeholder={text.people.allGroups}
            data={groups}
            value={group || null}
            onChange={setGroup}
            clearable
            searchable
          />
        ) : null}
      </div>
      <PeopleList query={q} group={group} onAdd={() => setAdd(true)} onClear={() => type('')} />
      <AddPersonDialog open={add && mayEdit} onClose={() => setAdd(false)} groups={groups} />
    </Page>
  );
}
