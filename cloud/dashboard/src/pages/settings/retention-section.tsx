import { NumberInput } from '@mantine/core';
import type { Organization } from '@rollcall/contract/organization';
import { useState } from 'react';
import { text } from '../../messages/text.ts';
import styles from './settings-page.module.css';
import { SettingsSection } from './settings-section.tsx';
import { useSaveOrganization } from './use-save-organization.ts';

/** After how many days pictures are deleted. */
export function RetentionSection({ organization }: { organization: Organization }) {
  const { save, saving, errors } = useSaveOrganization();
  const [retention, setRetention] = useState(organization.retention);
  const t = text.settings;
  return (
    <SettingsSection
      id="retention"
      title={t.retention}
      hint={t.retentionText}
      changed={JSON.stringify(retention) !== JSON.stringify(organization.retention)}
      saving={saving}
      onSave={() => save({ retention })}
    >
      <div className={styles.fields}>
        {(['captureDays', 'unknownDays'] as const).map((name) => (
          <NumberInput
            key={name}
            label={t[name]}
            suffix={` ${t.days}`}
            min={1}
            max={name === 'captureDays' ? 3650 : 365}
            allowDecimal={false}
            value={retention[name]}
            onChange={(value) => value !== '' && setRetention((old) => ({ ...old, [name]: Number(value) }))}
            error={errors[`retention.${name}`]}
          />
        ))}
      </div>
    </SettingsSection>
  );
}
