import { Button } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { Panel } from '../../components/panel.tsx';
import { useRole } from '../../components/use-role.ts';
import { text } from '../../messages/text.ts';
import styles from './settings-page.module.css';

interface SettingsSectionProps {
  readonly id: string;
  readonly title: string;
  readonly hint: string;
  readonly aside?: ReactNode;
  /** Something differs from what is stored. */
  readonly changed: boolean;
  readonly saving: boolean;
  readonly onSave: () => void;
  readonly children: ReactNode;
}

/** A group of settings that is saved by its own button, which appears once there is something to save. */
export function SettingsSection(props: SettingsSectionProps) {
  const { mayEdit } = useRole();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (props.changed) props.onSave();
  };
  return (
    <div id={props.id}>
      <Panel title={props.title} hint={props.hint} aside={props.aside}>
        <form onSubmit={submit} noValidate>
          <fieldset disabled={!mayEdit} style={{ margin: 0, padding: 0, border: 0 }}>
            <legend className="rc-sr">{props.title}</legend>
            {props.children}
          </fieldset>
          {props.changed ? (
            <div className={styles.foot}>
              <Button type="submit" loading={props.saving}>
                {text.app.save}
              </Button>
            </div>
          ) : null}
        </form>
      </Panel>
    </div>
  );
}
