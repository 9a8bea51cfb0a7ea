import { Combobox, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { PersonId } from '@rollcall/contract/ids';
import { IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type Ref, useEffect, useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { peopleQuery } from '../../api/queries.ts';
import { text } from '../../messages/text.ts';

interface PersonSearchProps {
  readonly ref: Ref<HTMLInputElement>;
  readonly onChoose: (id: PersonId) => void;
}

/** Finds a person by name or number. */
export function PersonSearch({ ref, onChoose }: PersonSearchProps) {
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const [typed, setTyped] = useState('');
  const [query] = useDebouncedValue(typed.trim(), 180);
  const people = useInfiniteQuery({ ...peopleQuery(useApi(), query, ''), enabled: query !== '' });
  const found = query === '' ? [] : (people.data?.pages[0]?.items.slice(0, 8) ?? []);

  const { selectFirstOption } = combobox;
  const foundIds = found.map((person) => person.id).join(' ');
  useEffect(() => {
    // Only now are there options: Enter takes the first.
    if (foundIds) selectFirstOption();
  }, [foundIds, selectFirstOption]);

  const choose = (id: string) => {
    const person = found.find((p) => p.id === id);
    if (!person) return;
    combobox.closeDropdown();
    setTyped('');
    onChoose(person.id);
  };

  return (
    <Combobox store={combobox} onOptionSubmit={choose}>
      <Combobox.Target>
        <TextInput
          ref={ref}
          label={text.review.search}
          placeholder={text.review.searchPlaceholder}
          leftSection={<IconSearch size={16} aria-hidden="true" />}
          rightSection={
            <kbd className="rc-key" aria-hidden="true">
              /
            </kbd>
          }
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            combobox.openDropdown();
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={query === ''}>
        <Combobox.Options>
          {found.map((person) => (
            <Combobox.Option key={person.id} value={person.id}>
              {person.name} <span className="rc-muted rc-num">{text.person.number(person.externalId)}</span>
            </Combobox.Option>
          ))}
          {found.length === 0 && !people.isFetching ? (
            <Combobox.Empty>{text.people.noneFoundTitle}</Combobox.Empty>
          ) : null}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
