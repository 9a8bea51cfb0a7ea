import { Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core';
import type { Consent, Person } from '@rollcall/contract/person';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { fieldMessages } from '../../api/api-problem.ts';
import { useApi } from '../../api/api-context.tsx';
import { toast, toastError } from '../../components/toast.tsx';
import { text } from '../../messages/text.ts';

interface ConsentDialogProps {
  readonly person: Person;
  readonly open: boolean;
  readonly onClose: () => void;
}

const policyKey = 'rollcall-policy-version';

/** Records who agreed to which text. The policy version of the last time is suggested: it rarely changes. */
export function ConsentDialog({ person, open, onClose }: ConsentDialogProps) {
  const api = useApi();
  const client = useQueryClient();
  const [by, setBy] = useState(person.name);
  const [policyVersion, setPolicyVersion] = useState(() => localStorage.getItem(policyKey) ?? '1');
  const [confirmed, setConfirmed] = useState(false);
  const t = text.person.consent;

  const record = useMutation({
    mutationFn: (consent: Consent) => api.send('PUT', `/v1/people/${person.id}/consent`, consent),
    onSuccess: async () => {
      localStorage.setItem(policyKey, policyVersion);
      await client.invalidateQueries({ queryKey: ['person', person.id] });
      void client.invalidateQueries({ queryKey: ['people'] });
      toast(t.saved);
      onClose();
    },
    onError: (error) => {
      if (Object.keys(fieldMessages(error)).length === 0) toastError(error);
    },
  });
  const errors = fieldMessages(record.error);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    record.mutate({ by: by.trim(), policyVersion: policyVersion.trim(), grantedAt: new Date().toISOString() });
  };

  return (
    <Modal opened={open} onClose={onClose} title={t.record} closeButtonProps={{ 'aria-label': text.app.close }}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <p className="rc-muted">{t.why}</p>
          <TextInput
            label={t.by}
            description={t.byHint}
            value={by}
            onChange={(event) => setBy(event.currentTarget.value)}
            error={errors['by']}
            required
            data-autofocus
          />
          <TextInput
            label={t.policyLabel}
            description={t.policyHint}
            value={policyVersion}
            onChange={(event) => setPolicyVersion(event.currentTarget.value)}
            error={errors['policyVersion']}
            required
          />
          <Checkbox
            label={t.confirm}
            checked={confirmed}
            onChange={(event) => setConfirmed(event.currentTarget.checked)}
          />
        </Stack>
        <Group justify="flex-end" mt="xl">
          <Button variant="default" onClick={onClose}>
            {text.app.cancel}
          </Button>
          <Button type="submit" disabled={!confirmed} loading={record.isPending}>
            {t.record}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
