import { SegmentedControl, Stack, TagsInput, TextInput } from '@mantine/core';
import { text } from '../../messages/text.ts';

/** What is typed about a person, before it is checked. */
export interface PersonDraft {
  readonly name: string;
  readonly externalId: string;
  readonly email: string;
  readonly groups: string[];
  readonly method: 'face' | 'manual';
}

export const emptyDraft: PersonDraft = { name: '', externalId: '', email: '', groups: [], method: 'face' };

interface PersonFieldsProps {
  readonly draft: PersonDraft;
  readonly onChange: (draft: PersonDraft) => void;
  /** By field. */
  readonly errors: Readonly<Record<string, string>>;
  readonly groups: readonly string[];
  /** Then the person cannot be marked by hand alone: the API refuses it. */
  readonly hasPhotos?: boolean;
}

/** The fields of a person, in the dialogs that add and edit one. */
export function PersonFields({ draft, onChange, errors, groups, hasPhotos = false }: PersonFieldsProps) {
  const f = text.people.form;
  return (
    <Stack gap="md">
      <TextInput
        label={f.name}
        value={draft.name}
        onChange={(event) => onChange({ ...draft, name: event.currentTarget.value })}
        error={errors['name']}
        autoComplete="off"
        maxLength={120}
        data-autofocus
        withAsterisk
      />
      <TextInput
        label={f.externalId}
        description={f.externalIdHint}
        value={draft.externalId}
        onChange={(event) => onChange({ ...draft, externalId: event.currentTarget.value })}
        error={errors['externalId']}
        autoComplete="off"
        maxLength={64}
        withAsterisk
      />
      <TextInput
        label={`${f.email} (${f.optional})`}
        type="email"
        value={draft.email}
        onChange={(event) => onChange({ ...draft, email: event.currentTarget.value })}
        error={errors['email']}
        autoComplete="off"
      />
      <TagsInput
        label={`${f.groups} (${f.optional})`}
        description={f.groupsHint}
        data={[...groups]}
        value={draft.groups}
        onChange={(value) => onChange({ ...draft, groups: value })}
        error={errors['groups']}
        clearable
      />
      <div>
        <div style={{ marginBottom: 4, fontWeight: 500 }} id="method-label">
          {f.method}
        </div>
        <SegmentedControl
          fullWidth
          aria-labelledby="method-label"
          disabled={hasPhotos}
          value={draft.method}
          onChange={(value) => onChange({ ...draft, method: value === 'manual' ? 'manual' : 'face' })}
          data={[
            { value: 'face', label: f.methodFace },
            { value: 'manual', label: f.methodManual },
          ]}
        />
        {hasPhotos ? <div className="rc-muted">{f.methodLocked}</div> : null}
      </div>
    </Stack>
  );
}

/** What is missing, by field. */
export function missingFields(draft: PersonDraft): Record<string, string> {
  const errors: Record<string, string> = {};
  if (!draft.name.trim()) errors['name'] = text.people.form.required;
  if (!draft.externalId.trim()) errors['externalId'] = text.people.form.required;
  return errors;
}
