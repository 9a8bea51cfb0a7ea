import { Alert, Button, Group, Modal, NumberInput, SegmentedControl, Slider, Stack, Switch } from '@mantine/core';
import type { DeviceConfigStatus, DeviceSettingsPatch } from '@rollcall/contract/device-config';
import { type FormEvent, useState } from 'react';
import { explain, fieldMessages } from '../../api/api-problem.ts';
import { toast } from '../../components/toast.tsx';
import { share } from '../../format/number.ts';
import { text } from '../../messages/text.ts';
import styles from './device-config.module.css';
import { type CommonSettings, commonSettings, patchOf, takingBack } from './common-settings.ts';
import type { useDeviceConfig } from './use-device-config.ts';

interface DeviceConfigDialogProps {
  readonly config: DeviceConfigStatus;
  readonly reported: NonNullable<DeviceConfigStatus['reported']>;
  readonly name: string;
  readonly save: ReturnType<typeof useDeviceConfig>['save'];
  readonly onClose: () => void;
}

/** Fractions of the picture, as powers of ten: what counts as somebody spans three of them. */
const areas = { min: -3.3, max: -0.4, marks: [-3, -2, -1] };
const gates = ['auto', 'on', 'off'] as const;

/** The settings that doors differ in. What is not touched stays as it is, wherever it was set. */
export function DeviceConfigDialog({ config, reported, name, save, onClose }: DeviceConfigDialogProps) {
  const [before] = useState(() => commonSettings(reported));
  const [now, setNow] = useState(before);
  const set = (change: Partial<CommonSettings>) => setNow((settings) => ({ ...settings, ...change }));
  const t = text.doors.config;
  const problems = fieldMessages(save.error);
  const send = (patch: DeviceSettingsPatch) =>
    save.mutate(patch, {
      onSuccess: () => {
        toast(t.sent(name), t.sentText);
        onClose();
      },
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send({ ...takingBack(config), ...patchOf(before, now) });
  };

  return (
    <Modal opened onClose={onClose} title={t.dialogTitle(name)} closeButtonProps={{ 'aria-label': text.app.close }}>
      <form onSubmit={submit}>
        <Stack gap="lg">
          {config.problem === null ? null : <p className={styles.problem}>{t.takenBack(config.problem)}</p>}
          <div>
            <div className={styles.label}>
              <span id="area-label">{t.area}</span>
              <span className="rc-num">{t.areaValue(share(now.minArea))}</span>
            </div>
            <p className={styles.hint}>{t.areaHint}</p>
            <Slider
              className={styles.slider}
              aria-labelledby="area-label"
              thumbLabel={t.area}
              min={areas.min}
              max={areas.max}
              step={0.05}
              value={Math.log10(now.minArea)}
              onChange={(power) => set({ minArea: Number((10 ** power).toPrecision(2)) })}
              label={null}
              marks={areas.marks.map((value) => ({ value, label: share(10 ** value) }))}
            />
          </div>
          <div>
            <div className={styles.label} id="gate-label">
              {t.faceGate}
            </div>
            <p className={styles.hint}>{t.faceGateHint}</p>
            <SegmentedControl
              fullWidth
              aria-labelledby="gate-label"
              value={now.faceGate}
              onChange={(faceGate) => set({ faceGate })}
              data={gates.map((value) => ({ value, label: t.gate[value] }))}
            />
          </div>
          <Switch
            label={t.crop}
            description={t.cropHint}
            checked={now.crop}
            onChange={(event) => set({ crop: event.currentTarget.checked })}
          />
          <Group grow align="flex-start">
            <NumberInput
              label={t.maxCaptures}
              min={1}
              max={10}
              clampBehavior="strict"
              allowDecimal={false}
              value={now.maxCaptures}
              onChange={(value) => typeof value === 'number' && set({ maxCaptures: value })}
              error={problems['passage.maxCaptures']}
            />
            <NumberInput
              label={t.heartbeat}
              suffix={t.secondsSuffix}
              min={1}
              max={3_600}
              clampBehavior="strict"
              value={now.heartbeatMs / 1_000}
              onChange={(value) => typeof value === 'number' && set({ heartbeatMs: Math.round(value * 1_000) })}
              error={problems['heartbeatMs']}
            />
          </Group>
          {save.isError ? <Alert color="red">{save.error && explain(save.error)}</Alert> : null}
        </Stack>
        <Group justify="space-between" mt="xl">
          <Button
            variant="subtle"
            disabled={Object.keys(config.desired).length === 0 || save.isPending}
            onClick={() => send(Object.fromEntries(Object.keys(config.desired).map((key) => [key, null])))}
          >
            {t.reset}
          </Button>
          <Group>
            <Button variant="default" onClick={onClose}>
              {text.app.cancel}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={!patchOf(before, now) && config.problem === null}>
              {text.app.save}
            </Button>
          </Group>
        </Group>
      </form>
    </Modal>
  );
}
