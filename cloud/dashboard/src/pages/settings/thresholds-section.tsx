import { NumberInput } from '@mantine/core';
import type { MatchThresholds, Organization } from '@rollcall/contract/organization';
import { useState } from 'react';
import { text } from '../../messages/text.ts';
import styles from './settings-page.module.css';
import { SettingsSection } from './settings-section.tsx';
import { ThresholdScale } from './threshold-scale.tsx';
import { useSaveOrganization } from './use-save-organization.ts';

type Name = keyof MatchThresholds;

const fields: readonly { readonly name: Name; readonly label: string; readonly hint: string; readonly max: number }[] =
  [
    { name: 'accept', label: text.settings.accept, hint: text.settings.acceptHint, max: 100 },
    { name: 'doubtful', label: text.settings.doubtful, hint: text.settings.doubtfulHint, max: 100 },
    { name: 'margin', label: text.settings.margin, hint: text.settings.marginHint, max: 50 },
  ];

/** From which likeness a face is recognized, and from which somebody is asked. */
export function ThresholdsSection({ organization }: { organization: Organization }) {
  const { save, saving, errors } = useSaveOrganization();
  const [thresholds, setThresholds] = useState<MatchThresholds>(organization.thresholds);
  const t = text.settings;
  const set = (name: Name, value: number | string) => {
    // An empty field keeps the last number: there is no threshold of nothing.
    if (value !== '') setThresholds((old) => ({ ...old, [name]: Number(value) }));
  };
  return (
    <SettingsSection
      id="thresholds"
      title={t.thresholds}
      hint={t.thresholdsText}
      changed={fields.some(({ name }) => thresholds[name] !== organization.thresholds[name])}
      saving={saving}
      onSave={() => save({ thresholds })}
    >
      <ThresholdScale thresholds={thresholds} />
      <div className={styles.fields}>
        {fields.map(({ name, label, hint, max }) => (
          <NumberInput
            key={name}
            label={label}
            description={hint}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            min={0}
            max={max}
            step={1}
            decimalScale={1}
            value={thresholds[name]}
            onChange={(value) => set(name, value)}
            error={errors[`thresholds.${name}`]}
          />
        ))}
      </div>
    </SettingsSection>
  );
}
