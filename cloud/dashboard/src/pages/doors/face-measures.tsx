import type { CheckReport } from '@rollcall/contract/check-report';
import type { CommissioningFace } from '@rollcall/contract/commissioning';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { Pill } from '../../components/pill.tsx';
import { checkText } from '../../messages/en-check.ts';
import { pictureOf } from './checked-still.tsx';
import styles from './face-measures.module.css';
import { Meter } from './meter.tsx';

interface FaceMeasuresProps {
  readonly face: CommissioningFace;
  readonly number: number;
  readonly report: CheckReport;
}

/** One face: itself, each measure beside what is needed, and why it cannot be used. */
export function FaceMeasures({ face, number, report }: FaceMeasuresProps) {
  const { box, pose, sharpness, light, eyePixels, usable, problems } = face;
  const { limits } = report;
  const { measures, pixels, percent, degrees } = checkText;
  const Icon = usable ? IconCheck : IconAlertTriangle;
  const goodPitch = pose.pitch > 0 ? limits.goodPitchUp : limits.goodPitchDown;
  return (
    <li className={styles.face}>
      <FaceCut face={face} report={report} />
      <div className={styles.facts}>
        <div className={styles.head}>
          <h3>{checkText.face(number)}</h3>
          <Pill tone={usable ? 'present' : 'late'} icon={<Icon size={14} aria-hidden="true" />}>
            {usable ? checkText.usable : checkText.unusable}
          </Pill>
        </div>
        <dl className={styles.meters}>
          <Meter
            name={measures.size}
            value={box.width}
            unit={pixels}
            least={limits.minPixels}
            good={limits.goodPixels}
            end={3 * limits.goodPixels}
          />
          <Meter
            name={measures.sharpness}
            value={sharpness}
            unit={String}
            least={limits.minSharpness}
            good={limits.goodSharpness}
            end={100}
          />
          <Meter
            name={measures.light}
            value={light.mean}
            unit={percent}
            least={limits.minLight}
            good={limits.goodLight}
            end={100}
          />
          <Meter
            name={measures.yaw}
            value={Math.abs(pose.yaw)}
            unit={degrees}
            most={limits.maxYaw}
            good={limits.goodYaw}
            end={90}
          />
          <Meter
            name={measures.pitch}
            value={Math.abs(pose.pitch)}
            unit={degrees}
            most={limits.maxPitch}
            good={goodPitch}
            end={90}
          />
        </dl>
        <p className={`rc-muted rc-num ${styles.more}`}>
          {checkText.details(Math.round(eyePixels), Math.abs(Math.round(pose.roll)))}
        </p>
        {problems.length > 0 ? (
          <ul className={styles.problems}>
            {problems.map(({ problem, words }) => (
              <li key={problem}>{words}</li>
            ))}
          </ul>
        ) : null}
      </div>
    </li>
  );
}

/** The face with some of what is around it. */
function FaceCut({ face: { box }, report }: Pick<FaceMeasuresProps, 'face' | 'report'>) {
  const side = Math.max(box.width, box.height) * 1.7;
  const left = box.x + box.width / 2 - side / 2;
  const top = box.y + box.height / 2 - side / 2;
  return (
    <svg className={styles.cut} viewBox={`${left} ${top} ${side} ${side}`} aria-hidden="true">
      <image href={pictureOf(report)} width={report.width} height={report.height} preserveAspectRatio="none" />
    </svg>
  );
}
