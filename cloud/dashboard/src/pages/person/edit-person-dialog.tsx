import { Button, Group, Modal } from '@mantine/core';
import type { Person, PersonPatch } from '@rollcall/contract/person';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { fieldMessages } from '../../api/api-problem.ts';
import { useApi } from '../../api/api-context.tsx';
import { keys } from '../../api/keys.ts';
import { summaryQuery } from '../../api/queries.ts';
import { toast, toastError } from '../../components/toast.tsx';
import { text } from '../../messages/text.ts';
import { missingFields, type PersonDraft, PersonFields } from '../people/person-fields.tsx';

interface EditPersonDialogProps {
  readonly person: Person;
  readonly open: boolean;
  readonly onClose: () => void;
}

export function EditPersonDialog({ person, open, onClose }: EditPersonDialogProps) {
  const api = useApi();
  const client = useQueryClient();
  const groups = useQuery(summaryQuery(api)).data?.groups.map((g) => g.group) ?? [];
  const [draft, setDraft] = useState(() => draftOf(person));
  const [errors, setErrors] = useState<Record<string, string>>({});
  // Each opening starts from what is stored, not from what was typed and left the last time.
  useEffect(() => {
    if (open) setDraft(draftOf(person));
  }, [open, person]);

  const save = useMutation({
    mutationFn: (patch: PersonPatch) => api.send<Person>('PATCH', `/v1/people/${person.id}`, patch),
    onSuccess: (changed) => {
      client.setQueryData(keys.person(person.id), changed);
      void client.invalidateQueries({ queryKey: ['people'] });
      void client.invalidateQueries({ queryKey: ['summary'] });
      toast(text.app.saved);
      onClose();
    },
    onError: (error) => {
      const fields = fieldMessages(error);
      setErrors(fields);
      if (Object.keys(fields).length === 0) toastError(error);
    },
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const missing = missingFields(draft);
    setErrors(missing);
    if (Object.keys(missing).length > 0) return;
    const { email, ...rest } = draft;
    save.mutate({ ...rest, email: email.trim() || null });
  };

  return (
    <Modal
      opened={open}
      onClose={onClose}
      title={text.people.form.editTitle}
      closeButtonProps={{ 'aria-label': text.app.close }}
    >
      <form onSubmit={submit} noValidate>
        <PersonFields
          draft={draft}
          onChange={setDraft}
          errors={errors}
          groups={groups}
          hasPhotos={person.photoCount > 0}
        />
        <Group justify="flex-end" mt="xl">
          <Button variant="default" onClick={onClose}>
            {text.app.cancel}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {text.app.save}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

function draftOf(person: Person): PersonDraft {
  const { name, externalId, email = '', groups, method } = person;
  return { name, externalId, email, groups, method };
}
