import { Button, CopyButton, Group, Modal, Stack, TextInput } from '@mantine/core';
import type { ForgetReceipt, Person } from '@rollcall/contract/person';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { toastError } from '../../components/toast.tsx';
import { text } from '../../messages/text.ts';
import { ForgetReceiptTable } from './forget-receipt.tsx';

interface ForgetDialogProps {
  readonly person: Person;
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Deletes a person for good, after their number was typed, and shows the receipt. */
export function ForgetDialog({ person, open, onClose }: ForgetDialogProps) {
  const api = useApi();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const t = text.person.forgetting;
  const forget = useMutation({
    mutationFn: () => api.send<ForgetReceipt>('DELETE', `/v1/people/${person.id}`),
    onError: toastError,
  });

  const leave = async () => {
    await navigate({ to: '/people' });
    client.removeQueries({ queryKey: ['person', person.id] });
    client.removeQueries({ queryKey: ['photos', person.id] });
    client.removeQueries({ queryKey: ['picture'] });
    void client.invalidateQueries();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed.trim() === person.externalId) forget.mutate();
  };

  if (forget.data) {
    return (
      <Modal
        opened
        onClose={() => void leave()}
        title={t.doneTitle}
        closeButtonProps={{ 'aria-label': text.app.close }}
      >
        <p className="rc-muted">{t.doneText}</p>
        <ForgetReceiptTable receipt={forget.data} />
        <Group justify="flex-end" mt="lg">
          <CopyButton value={JSON.stringify(forget.data, null, 2)}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {copied ? text.app.copied : t.copy}
              </Button>
            )}
          </CopyButton>
          <Button onClick={() => void leave()}>{t.toPeople}</Button>
        </Group>
      </Modal>
    );
  }
  return (
    <Modal
      opened={open}
      onClose={onClose}
      title={t.title(person.name)}
      closeButtonProps={{ 'aria-label': text.app.close }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <p className="rc-muted">{t.text}</p>
          <TextInput
            label={t.type(person.externalId)}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
        </Stack>
        <Group justify="flex-end" mt="xl">
          <Button variant="default" onClick={onClose}>
            {text.app.cancel}
          </Button>
          <Button type="submit" color="red.8" disabled={typed.trim() !== person.externalId} loading={forget.isPending}>
            {t.button}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
