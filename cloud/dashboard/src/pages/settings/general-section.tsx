import { Select, TextInput } from '@mantine/core';
import type { Organization } from '@rollcall/contract/organization';
import { useMemo, useState } from 'react';
import { text } from '../../messages/text.ts';
import styles from './settings-page.module.css';
import { SettingsSection } from './settings-section.tsx';
import { useSaveOrganization } from './use-save-organization.ts';

export function GeneralSection({ organization }: { organization: Organization }) {
  const { save, saving, errors } = useSaveOrganization();
  const [name, setName] = useState(organization.name);
  const [timeZone, setTimeZone] = useState<string>(organization.timeZone);
  // The stored zone may be an old name that browsers no longer list.
  const zones = useMemo(
    () => [...new Set([organization.timeZone, 'UTC', ...Intl.supportedValuesOf('timeZone')])].sort(),
    [organization.timeZone],
  );
  const t = text.settings;
  return (
    <SettingsSection
      id="general"
      title={t.general}
      hint={t.generalText}
      changed={name.trim() !== organization.name || timeZone !== organization.timeZone}
      saving={saving}
      onSave={() => save({ name: name.trim(), timeZone })}
    >
      <div className={styles.fields}>
        <TextInput
          label={t.name}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={errors['name']}
          maxLength={120}
        />
        <Select
          label={t.timeZone}
          data={zones}
          value={timeZone}
          onChange={(value) => value && setTimeZone(value)}
          error={errors['timeZone']}
          searchable
          allowDeselect={false}
          limit={100}
        />
      </div>
    </SettingsSection>
  );
}
