import { Alert, Button, Group, List, Modal, NativeSelect, NumberInput, Stack, TextInput } from '@mantine/core';
import type { Device } from '@rollcall/contract/place';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { explain, fieldMessages } from '../../api/api-problem.ts';
import { doorsQuery } from '../../api/queries.ts';
import { toast } from '../../components/toast.tsx';
import { deviceFields as fields, deviceText } from '../../messages/en-device.ts';
import { text } from '../../messages/text.ts';
import type { DeviceAction } from './device-action.ts';
import { type ActionInput, useDeviceAction } from './use-device-action.ts';

interface DeviceActionDialogProps {
  readonly device: Device;
  readonly name: string;
  readonly action: DeviceAction;
  readonly onClose: () => void;
}

/** Says what will happen to a camera, and does it when that is confirmed. */
export function DeviceActionDialog({ device, name, action, onClose }: DeviceActionDialogProps) {
  const [input, setInput] = useState<ActionInput>({
    by: '',
    deadlineDays: 7,
    version: '',
    url: '',
    doorId: device.doorId ?? '',
  });
  const act = useDeviceAction(device.id, action);
  const t = deviceText[action];
  // Several cameras may watch one door.
  const whole = name === device.id ? name : `${name} (${device.id})`;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    act.mutate(input, {
      onSuccess: () => {
        toast(t.done(name), t.doneText?.(device.online));
        onClose();
      },
    });
  };
  const isGrave = action === 'revoke' || action === 'decommission' || action === 'remove';
  return (
    <Modal opened onClose={onClose} title={t.title(whole)} closeButtonProps={{ 'aria-label': text.app.close }}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <List spacing={6}>
            {t.happens(device.online).map((line) => (
              <List.Item key={line}>{line}</List.Item>
            ))}
          </List>
          <ActionFields
            action={action}
            input={input}
            problems={fieldMessages(act.error)}
            onChange={(change) => setInput((before) => ({ ...before, ...change }))}
          />
          {act.isError ? <Alert color="red">{explain(act.error)}</Alert> : null}
        </Stack>
        <Group justify="flex-end" mt="xl">
          <Button variant="default" onClick={onClose}>
            {text.app.cancel}
          </Button>
          <Button type="submit" loading={act.isPending} {...(isGrave ? { color: 'red.8' } : {})}>
            {t.confirm}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

interface ActionFieldsProps {
  readonly action: DeviceAction;
  readonly input: ActionInput;
  readonly problems: Readonly<Record<string, string>>;
  readonly onChange: (change: Partial<ActionInput>) => void;
}

function ActionFields({ action, input, problems, onChange }: ActionFieldsProps) {
  const typed = (key: 'by' | 'version' | 'url') => ({
    label: fields[key],
    value: input[key],
    onChange: (event: { currentTarget: { value: string } }) => onChange({ [key]: event.currentTarget.value.trim() }),
    error: problems[key],
    required: true,
    autoComplete: 'off',
  });
  if (action === 'assign') return <DoorField doorId={input.doorId} onChange={(doorId) => onChange({ doorId })} />;
  if (action === 'replace') return <TextInput {...typed('by')} maxLength={64} data-autofocus />;
  if (action === 'update') {
    return (
      <>
        <TextInput {...typed('version')} placeholder={fields.versionPlaceholder} data-autofocus />
        <TextInput {...typed('url')} type="url" description={fields.urlHint} maxLength={500} />
      </>
    );
  }
  if (action !== 'decommission') return null;
  return (
    <NumberInput
      label={fields.deadlineDays}
      min={1}
      max={90}
      allowDecimal={false}
      clampBehavior="strict"
      value={input.deadlineDays}
      onChange={(days) => typeof days === 'number' && onChange({ deadlineDays: days })}
      error={problems['deadlineHours']}
    />
  );
}

function DoorField({ doorId, onChange }: { doorId: string; onChange: (doorId: string) => void }) {
  const doors = useQuery(doorsQuery(useApi())).data?.items ?? [];
  return (
    <NativeSelect
      label={fields.door}
      value={doorId}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={[{ value: '', label: text.doors.unassigned }, ...doors.map(({ id, name }) => ({ value: id, label: name }))]}
      data-autofocus
    />
  );
}
