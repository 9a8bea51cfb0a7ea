import { NumberInput, Switch, TextInput } from '@mantine/core';
import type { DaySession, Organization } from '@rollcall/contract/organization';
import { useState } from 'react';
import { addMinutes } from '../../format/time.ts';
import { text } from '../../messages/text.ts';
import styles from './settings-page.module.css';
import { SettingsSection } from './settings-section.tsx';
import { useSaveOrganization } from './use-save-organization.ts';

const suggested: DaySession = { start: '09:00', graceMinutes: 10, end: '17:00' };

/** When the day starts and ends: what makes people late or absent. */
export function DaySection({ organization }: { organization: Organization }) {
  const { save, saving, errors } = useSaveOrganization();
  const [on, setOn] = useState(organization.day !== null);
  const [day, setDay] = useState<DaySession>(organization.day ?? suggested);
  const wanted = on ? day : null;
  const t = text.settings;
  return (
    <SettingsSection
      id="day"
      title={t.day}
      hint={t.dayText}
      changed={JSON.stringify(wanted) !== JSON.stringify(organization.day)}
      saving={saving}
      onSave={() => save({ day: wanted })}
    >
      <Switch label={t.dayOn} checked={on} onChange={(event) => setOn(event.currentTarget.checked)} />
      {on ? (
        <div className={styles.fields} style={{ marginTop: 16 }}>
          <TextInput
            label={t.start}
            type="time"
            value={day.start}
            onChange={(event) => setDay({ ...day, start: event.currentTarget.value })}
            error={errors['day.start']}
          />
          <NumberInput
            label={t.grace}
            suffix={` ${t.graceSuffix}`}
            min={0}
            max={720}
            allowDecimal={false}
            value={day.graceMinutes}
            onChange={(value) => setDay({ ...day, graceMinutes: Number(value) || 0 })}
            description={t.graceHint(addMinutes(day.start, day.graceMinutes))}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            error={errors['day.graceMinutes']}
          />
          <TextInput
            label={t.end}
            type="time"
            value={day.end}
            onChange={(event) => setDay({ ...day, end: event.currentTarget.value })}
            description={t.endHint}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            error={errors['day.end']}
          />
        </div>
      ) : null}
    </SettingsSection>
  );
}
