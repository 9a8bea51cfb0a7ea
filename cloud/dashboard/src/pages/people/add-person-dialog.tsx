import { Button, Checkbox, Group, Modal } from '@mantine/core';
import type { Person, PersonInput } from '@rollcall/contract/person';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { fieldMessages } from '../../api/api-problem.ts';
import { useApi } from '../../api/api-context.tsx';
import { toast, toastError } from '../../components/toast.tsx';
import { text } from '../../messages/text.ts';
import { emptyDraft, missingFields, PersonFields } from './person-fields.tsx';

interface AddPersonDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly groups: readonly string[];
}

/** Registers one person, then leads to their page for consent and photos; or stays open for the next one. */
export function AddPersonDialog({ open, onClose, groups }: AddPersonDialogProps) {
  const api = useApi();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [draft, setDraft] = useState(emptyDraft);
  const [another, setAnother] = useState(false);
  const [errors, setErrors] = useState<Record<string, string>>({});

  const add = useMutation({
    mutationFn: (input: PersonInput) => api.send<Person>('POST', '/v1/people', input),
    onSuccess: async (person) => {
      toast(text.people.form.created(person.name));
      void client.invalidateQueries({ queryKey: ['people'] });
      void client.invalidateQueries({ queryKey: ['summary'] });
      setDraft({ ...emptyDraft, groups: another ? draft.groups : [] });
      if (!another) await navigate({ to: '/people/$personId', params: { personId: person.id } });
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
    add.mutate({ ...rest, ...(email.trim() ? { email: email.trim() } : {}) });
  };

  return (
    <Modal
      opened={open}
      onClose={onClose}
      title={text.people.form.title}
      closeButtonProps={{ 'aria-label': text.app.close }}
    >
      <form onSubmit={submit} noValidate>
        <PersonFields draft={draft} onChange={setDraft} errors={errors} groups={groups} />
        <Group justify="space-between" mt="xl">
          <Checkbox
            label={text.people.form.addAnother}
            checked={another}
            onChange={(event) => setAnother(event.currentTarget.checked)}
          />
          <Button type="submit" loading={add.isPending}>
            {text.people.form.submit}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
